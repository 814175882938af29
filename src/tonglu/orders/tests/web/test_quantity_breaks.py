"""In the browser: a line asks again what a unit costs when its quantity changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from tonglu.catalog.models import PriceList, PriceListLine
from tonglu.catalog.services import price_list_issue
from tonglu.entities.services import record_create

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OVERTAKEN = ["htmx:sendAbort", "htmx:afterRequest"]
"""The strip beside the form asks again with each change, and lets go of what it asked before."""


@pytest.fixture
def dear_and_by_the_hundred(house: Any, actor: Any, pump: Any) -> None:
    """A pump is 1,000.00; from a hundred on it is 800.00."""
    who = actor(house.dee)
    steps = ((1, 1000), (100, 800))
    lines = [
        {"product": pump, "min_quantity": Decimal(least), "price": Decimal(price)}
        for least, price in steps
    ]
    drafted = record_create(
        actor=who,
        model=PriceList,
        values={"name": "Volume", "currency": "CNY", "valid_from": date(2026, 1, 1)},
        lines={PriceListLine: lines},
    )
    price_list_issue(actor=who, row=drafted)


def test_more_of_a_product_brings_its_price_and_leaves_what_was_decided(
    dear_and_by_the_hundred: None,
    make_quote: Any,
    house: Any,
    open_page: Any,
    watch: Any,
) -> None:
    watch.expected += OVERTAKEN
    quote = make_quote()
    page = open_page(house.ana)
    page.goto(f"/quotes/{quote.pk}/edit/")
    line = page.locator("fieldset[data-lines] tr[data-line]").first
    quantity, price, discount = (
        line.locator(f"[name$='-{name}']") for name in ("quantity", "price", "discount")
    )

    quantity.fill("100")
    expect(price).to_have_value("800.00")

    discount.fill("10")
    expect(price).to_have_value("720.00")
    quantity.fill("99")
    expect(price).to_have_value("900.00")

    price.fill("850")
    expect(discount).to_have_value("15")
    page.locator("#record-form").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#record")).to_be_visible()
    (stored,) = quote.lines.all()
    assert (stored.quantity, stored.list_price, stored.price) == (99, 1000, 850)
    assert stored.discount == Decimal("0.15")
