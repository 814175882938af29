"""The salesperson's part of the road, with a thumb: at 390 px, on a touch screen, nothing wider than it.

A lead becomes a deal, a quote, an approval, the customer's yes and a receipt, and shows on "My pay". What the office does between
them (signing, shipping, invoicing) is walked in `test_in_the_browser.py`. Four pumps less 10 % are 180,000 and 203,400 with VAT; of
the 7,000.00 that they earn, the receipt of 150,000 releases 7,000 x 150,000 / 203,400 = 5,162.24.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tonglu.finance.models import Invoice
from tonglu.finance.services.billing import contract_invoice
from tonglu.finance.services.invoices import invoice_issue
from tonglu.orders import services as orders
from tonglu.orders.models import Quote
from tonglu.policy import Actor, actor_of
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today
from tonglu.toolkit.jobs import drain

from .desk import Desk
from .test_in_the_browser import OVERTAKEN, a_price_beyond_her_authority_is_approved

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
THUMB = {"size": "phone", "has_touch": True, "is_mobile": True}


def test_a_salesperson_sells_with_a_thumb(
    trading: Cast, open_page: Any, new_context: Any, live_server: Any, watch: Any
) -> None:
    watch.expected += OVERTAKEN
    ana, lee, fay = (
        Desk(open_page(who, **THUMB)) for who in (trading.ana, trading.lee, trading.fay)
    )
    visitor = new_context(
        base_url=live_server.url,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )

    a_lead_becomes_a_deal(ana)
    a_price_beyond_her_authority_is_approved(ana, lee)
    the_customer_says_yes(ana, watch.over(visitor.new_page()))
    the_office_does_its_part(actor_of(trading.ana), actor_of(trading.fay))
    the_money_comes(fay)
    it_shows_on_my_pay(ana)


def a_lead_becomes_a_deal(ana: Desk) -> None:
    """Written down between two visits, and converted at once."""
    ana.opens("/leads/new/")
    ana.enters(
        name="Zhang Jun", company="Huachen Biotech", mobile="13800138000", product="Pump CDM"
    )
    ana.saves()
    fits(ana.page)
    ana.acts("Qualify")
    ana.acts("Convert", opportunity_name="Four pumps", amount="200000")
    expect(ana.page.get_by_role("heading", name="Four pumps")).to_be_visible()
    ana.follows("Edit")
    ana.adds_line("Products", product="Pump CDM", quantity="4")
    fits(ana.page)
    ana.saves()


def the_customer_says_yes(ana: Desk, customer: Page) -> None:
    """The link opens on the customer's phone as well."""
    ana.page.reload()
    ana.acts("Send", email="zhang@example.com")
    link = ana.main.get_by_role("link", name="The customer's page").get_attribute("href")
    customer.goto(str(link))
    fits(customer)
    customer.get_by_role("textbox").first.fill("Zhang Jun")
    customer.locator("button[value=accept]").tap()
    expect(customer.locator("body")).to_contain_text("Zhang Jun")
    ana.page.reload()
    ana.stands_at("Accepted")


def the_office_does_its_part(ana: Actor, fay: Actor) -> None:
    """Signed, and all of it invoiced."""
    contract = orders.quote_to_contract(actor=ana, row=Quote.objects.get())
    signed = orders.contract_sign(actor=ana, row=contract, signed_by="Zhang Jun")
    invoice_issue(actor=fay, row=contract_invoice(actor=fay, row=signed))
    drain()


def the_money_comes(fay: Desk) -> None:
    """A receipt is dated today unless told otherwise, and pays the oldest invoices with one press."""
    fay.opens("/collections/new/")
    expect(fay.page.locator("[name=received_on]")).to_have_value(str(today()))
    fay.enters(account="Huachen", amount="150000", bank_reference="BANK-1")
    fay.saves()
    fits(fay.page)
    fay.acts("Pay the oldest invoices")
    drain()
    assert Invoice.objects.get().open_amount == Decimal("53400.00")


def it_shows_on_my_pay(ana: Desk) -> None:
    """What she earned, and what the customer's money released of it."""
    ana.opens("/my-pay/")
    ana.sees("CN¥7,000.00", "CN¥5,162.24", "CN¥1,837.76")
    fits(ana.page)


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url
