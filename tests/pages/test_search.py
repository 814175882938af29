"""The search over everything, and the records of the palette."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tonglu.entities import probing
from tonglu.entities.search import search, searchable
from tonglu.sales.models import Opportunity


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

    def holding(*words: str) -> frozenset[str]:
        return probing.kinds_holding(entities, words).kinds

    assert holding("retrofit") == {"sales.opportunity"}
    assert holding("retrofit", "pumps") == set()
    assert holding("re%fit") == holding("zzz") == set()


@pytest.mark.parametrize("window", [300, 8])
def test_a_common_word_finds_what_a_rare_one_does_and_asks_for_the_rest(
    selling: Any, make_deal: Callable[..., Any], actor: Any, monkeypatch: Any, window: int
) -> None:
    for number in range(9):
        make_deal(f"Deal {number}")
    for number in range(3):
        make_deal(f"Something else {number}")
    Opportunity.objects.filter(name="Deal 8").update(owner=selling.cy, department=selling.west)
    rare = search(actor(selling.ana), "deal")

    monkeypatch.setattr(probing, "LARGE", -1)  # a table that was never counted has -1 rows
    monkeypatch.setattr("tonglu.entities.search.WINDOW", window)
    probing._probe.cache_clear()
    known = probing.kinds_holding(searchable(actor(selling.ana)), ["deal"])
    common = search(actor(selling.ana), "deal")
    probing._probe.cache_clear()

    assert known.common == {"sales.opportunity"}
    assert common == rare
    assert [len(group.hits) for group in common] == [6]
