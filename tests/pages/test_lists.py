"""What a list shows, to whom, in which order, and at what cost."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.django_db


def test_a_list_shows_visible_rows_with_links(cast: Any, browse: Any, make_product: Any) -> None:
    product = make_product("P-1")

    answer = browse(cast.ana).get("/products/")

    assert answer.status_code == 200
    assert f'href="/products/{product.pk}/' in answer.content.decode()


@pytest.mark.parametrize("count", [1, 60])
def test_a_list_costs_at_most_twelve_queries(
    cast: Any, browse: Any, make_product: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        make_product(f"P-{number}")
    client = browse(cast.ana)

    with django_assert_max_num_queries(12):
        client.get("/products/")
