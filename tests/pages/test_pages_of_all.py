"""Pages of all rows, whose statements are put together once, hold what pages put together each time hold.

Planted mutants: a cursor's value kept with the statement; `everything` without the question for filters, or for the grant.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tonglu.entities.keyset import keyset_values, keyset_values_of_all
from tonglu.entities.listing import Query, listing_answer, listing_order
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_trash
from tonglu.sales.models import Opportunity

SORTS = (
    "amount",
    "-amount",
    "name",
    "-close_date",
    "close_date",
    "-updated_at",
    "stage",
    "version",
)


@pytest.fixture
def deals(make_deal: Callable[..., Any], selling: Any, actor: Any) -> list[Any]:
    """Nine deals, some of one amount and some without a day, and one in the trash."""
    day = date.today()
    made = [
        make_deal(
            f"Deal {number}",
            amount=Decimal(number % 3),
            close_date=day + timedelta(days=number) if number % 2 else None,
        )
        for number in range(10)
    ]
    record_trash(actor=actor(selling.ana), row=made.pop())
    return made


@pytest.mark.parametrize("sort", SORTS)
def test_every_page_is_the_same(deals: list[Any], selling: Any, actor: Any, sort: str) -> None:
    entity = entity_of(Opportunity)
    order = listing_order(actor(selling.max), entity, sort)
    alive = Opportunity._default_manager.filter(deleted_at__isnull=True)
    columns, after, seen = ("pk", "version", "name", "amount", "updated_at", "custom"), "", []

    while True:
        page = keyset_values_of_all(Opportunity, order, columns, size=2, after=after)
        assert page == keyset_values(alive, order, columns, size=2, after=after)
        seen += [row[0] for row in page.rows]
        after = page.next
        if not after:
            break

    assert sorted(seen) == sorted(deal.pk for deal in deals)


def test_only_who_was_granted_all_and_narrowed_nothing_is_asked_for_all(
    deals: list[Any], selling: Any, actor: Any
) -> None:
    entity = entity_of(Opportunity)

    def everything(person: Any, **asked: Any) -> bool:
        return listing_answer(actor(person), entity, Query(**asked)).everything

    assert everything(selling.max)
    assert not everything(selling.ana)
    assert not everything(selling.max, text="deal")
    assert not everything(selling.max, trash=True)
    assert not everything(selling.max, quick={"name": ("Deal",)})
    assert not everything(selling.max, condition={"field": "name", "op": "=", "value": "Deal 1"})


def test_the_api_gives_all_rows_and_the_narrowed_ones(
    deals: list[Any], selling: Any, browse: Any
) -> None:
    client = browse(selling.max)

    whole = client.get("/api/v1/opportunities?limit=200").json()["data"]
    named = client.get("/api/v1/opportunities?limit=200&f.name=Deal 1").json()["data"]

    assert sorted(one["id"] for one in whole) == sorted(deal.pk for deal in deals)
    assert [one["name"] for one in named] == ["Deal 1"]
