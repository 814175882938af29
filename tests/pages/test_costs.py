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

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        plan = page.explain()

    assert "Sort" not in plan, plan
