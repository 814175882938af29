"""What a page costs: at most twelve queries, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tonglu.entities.keyset import keyset_rows
from tonglu.entities.listing import listing_order
from tonglu.entities.registry import entity_of
from tonglu.policy import Actor

MOST = 12


@pytest.mark.parametrize("path", ["", "board/", "?q=deal", "?view=mine"])
@pytest.mark.parametrize("count", [1, 60])
def test_lists_and_boards_of_deals(
    selling: Any,
    browse: Any,
    make_deal: Callable[..., Any],
    path: str,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(count):
        make_deal(f"Deal {number}")
    client = browse(selling.ana)

    with django_assert_max_num_queries(MOST):
        answer = client.get(f"/opportunities/{path}")

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["", "edit/", "timeline/"])
def test_the_pages_of_a_deal(
    selling: Any, browse: Any, deal: Any, path: str, django_assert_max_num_queries: Any
) -> None:
    client = browse(selling.ana)

    with django_assert_max_num_queries(MOST):
        answer = client.get(f"/opportunities/{deal.pk}/{path}")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("kind", "sort"),
    [
        ("finance.invoice", "-issued_on"),
        ("orders.contract", "-signed_on"),
        ("sales.opportunity", "-closed_at"),
        ("sales.opportunity", "-amount"),
        ("sales.opportunity", "amount"),
        ("customers.account", "next_contact_on"),
        ("customers.account", "last_contact_at"),
        ("marketing.lead", "next_contact_on"),
    ],
)
def test_a_long_list_sorted_by_what_may_be_empty_is_read_from_an_index(
    db: Any, kind: str, sort: str
) -> None:
    actor, entity = Actor.system("cli"), entity_of(kind)
    rows = entity.model._default_manager.filter(deleted_at__isnull=True)
    page = keyset_rows(rows, listing_order(actor, entity, sort), size=50)

    plan = _plan_without_sorting(page)

    assert "Sort" not in plan, plan


@pytest.mark.parametrize("sort", ["-amount", "amount"])
def test_the_deals_of_a_stage_are_read_from_an_index_in_the_order_of_their_amount(
    db: Any, sort: str
) -> None:
    """Planted mutant: without the index on stage, amount and id, all deals of all stages are walked."""
    actor, entity = Actor.system("cli"), entity_of("sales.opportunity")
    rows = entity.model._default_manager.filter(deleted_at__isnull=True, stage_id=1)

    plan = _plan_without_sorting(keyset_rows(rows, listing_order(actor, entity, sort), size=50))

    assert "Sort" not in plan, plan
    assert "sales_opportunity_worth_at" in plan, plan
    assert "Index Cond: (stage_id = 1)" in plan, plan


def _plan_without_sorting(page: Any) -> str:
    with connection.cursor() as cursor:
        for habit in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{habit} = off")
        return str(page.explain())
