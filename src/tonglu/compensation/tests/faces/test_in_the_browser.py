"""The two desks in a real browser: pay that answers while somebody types."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from playwright.sync_api import expect

from tonglu.policy.testing import Cast
from tonglu.sales.models import OpportunityLine

D = Decimal


def test_the_pay_follows_the_discount_while_it_is_typed(
    plan: Any, make_deal: Callable[..., Any], pump: Any, selling: Cast, open_page: Any
) -> None:
    deal = make_deal(amount=D(1))
    OpportunityLine.objects.create(opportunity=deal, product=pump, quantity=D(4), price=D(50000))
    page = open_page(selling.ana)
    page.goto(f"/opportunities/{deal.pk}/edit/")
    strip = page.locator("[data-pay-live]")
    expect(strip).to_contain_text("8,000.00")

    page.fill("[name=lines-opportunityline-0-discount]", "10")
    expect(strip).to_contain_text("7,000.00")
    deal.refresh_from_db()
    assert deal.amount == D(1)


def test_the_desk_answers_to_every_tick(
    plan: Any, make_deal: Callable[..., Any], selling: Cast, open_page: Any
) -> None:
    one, two = make_deal(name="One", amount=D(100000)), make_deal(name="Two", amount=D(100000))
    page = open_page(selling.ana, size="phone", scheme="dark")
    page.goto("/my-pay/what-if/")
    page.check(f"#pick-{one.pk}")
    expect(page.locator("#desk-sum")).to_contain_text("3,000.00")
    page.check(f"#pick-{two.pk}")
    expect(page.locator("#desk-sum")).to_contain_text("8,000.00")
    page.fill(f"[name=discount-{two.pk}]", "50")
    expect(page.locator("#desk-sum")).to_contain_text("5,500.00")
