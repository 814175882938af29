"""The search over everything, and the records of the palette."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tonglu.entities.probing import kinds_holding
from tonglu.entities.search import searchable


def test_the_palette_gets_records_of_every_kind_by_any_part_of_a_name(
    selling: Any, browse: Any, make_deal: Callable[..., Any], make_product: Callable[..., Any]
) -> None:
    deal = make_deal("Acme retrofit")
    make_product("ACME-1")

    answer = browse(selling.ana).get("/search/?q=acme&as=json").json()

    found = {one["title"]: one for one in answer["results"]}
    assert set(found) == {"Acme Pumps", "Acme retrofit", "Pump ACME-1"}
    assert found["Acme retrofit"]["url"] == f"/opportunities/{deal.pk}/"
    assert found["Acme retrofit"]["hint"] == "Acme Pumps"


def test_a_stranger_does_not_find_the_deal(selling: Any, browse: Any, deal: Any) -> None:
    answer = browse(selling.cy).get("/search/?q=pumps&as=json")

    assert answer.json()["results"] == []


def test_a_search_shows_six_of_a_kind_and_the_way_to_all(
    selling: Any, browse: Any, make_deal: Callable[..., Any]
) -> None:
    for number in range(8):
        make_deal(f"Deal {number}")

    answer = browse(selling.ana).get("/search/?q=deal").content.decode()

    assert answer.count('class="grow cell-title"') == 6
    assert "/opportunities/?view=all&amp;q=deal" in answer


def test_a_search_finds_pages_and_acts(selling: Any, browse: Any) -> None:
    answer = browse(selling.ana).get("/search/?q=opportunit").content.decode()

    assert 'href="/opportunities/new/"' in answer


@pytest.mark.parametrize("count", [1, 30])
def test_a_search_costs_at_most_twelve_queries(
    selling: Any,
    browse: Any,
    make_deal: Callable[..., Any],
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(count):
        make_deal(f"Deal {number}")
    client = browse(selling.ana)

    with django_assert_max_num_queries(12):
        answer = client.get("/search/?q=deal")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ana", "Ana"),
        ("100%", "At 100% discount"),
        ("张军", "采购张军华"),
        ("8001", "Reach 138-0013 8001"),
    ],
)
def test_kinds_with_and_without_a_search_column_are_probed_alike(
    selling: Any, browse: Any, make_deal: Callable[..., Any], text: str, title: str
) -> None:
    for name in ("At 100% discount", "At 1000 discount", "采购张军华", "Reach 138-0013 8001"):
        make_deal(name)

    found = browse(selling.ada).get("/search/", {"q": text, "as": "json"}).json()["results"]

    assert title in {one["title"] for one in found}


def test_only_the_kinds_that_hold_something_are_asked_in_full(
    selling: Any, make_deal: Callable[..., Any], actor: Any
) -> None:
    make_deal("Acme retrofit")
    entities = searchable(actor(selling.ana))

    assert kinds_holding(entities, ["retrofit"]) == {"sales.opportunity"}
    assert kinds_holding(entities, ["retrofit", "pumps"]) == set()
    assert kinds_holding(entities, ["re%fit"]) == kinds_holding(entities, ["zzz"]) == set()
