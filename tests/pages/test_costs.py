"""What a page costs: at most twelve queries, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

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
