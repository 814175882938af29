"""The whole road in the browser: a lead comes in, and a salesperson is paid.

Every step is done on its page by the person whose work it is; nothing is written past the pages but the company they trade in.
Four pumps at 50,000 less 10 % are 180,000 and 203,400 with VAT; the year's first 100,000 earn 3 %, the rest 5 %: 7,000.00. Of the
customer's 150,000.00, 141,020.00 is allocated, so 7,000.00 x 141,020 / 203,400 = 4,853.20 is released and paid.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tonglu.compensation.models import LedgerPosting
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today
from tonglu.toolkit.jobs import drain

from .conftest import PHONE
from .desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SIZE = os.environ.get("TONGLU_ROAD_SIZE", "desktop")
"""`TONGLU_ROAD_SIZE=phone` walks the same road at 390 px."""
OVERTAKEN = ["htmx:sendAbort", "htmx:afterRequest"]
"""A strip beside a form asks again with each change, and lets go of what it asked before."""
CUSTOMER = "Huachen Biotech Co., Ltd."


@dataclass(frozen=True, kw_only=True)
class Road:
    """Who walks it."""

    mia: Desk
    tess: Desk
    ana: Desk
    lee: Desk
    oli: Desk
    fay: Desk
    cam: Desk
    customer: Page


def test_from_the_first_lead_to_the_money_paid_out(
    trading: Cast, open_page: Any, page: Page, watch: Any
) -> None:
    watch.expected += OVERTAKEN

    def desk(name: str) -> Desk:
        return Desk(open_page(getattr(trading, name), size=SIZE))

    names = ("mia", "tess", "ana", "lee", "oli", "fay", "cam")
    road = Road(customer=page, **{name: desk(name) for name in names})

    a_lead_comes_in(road.mia)
    it_goes_to_whom_it_concerns(road.tess)
    it_becomes_a_deal(road.ana)
    it_moves_on(road.ana)
    what_a_stage_asks_for_is_filled_in(road.ana)
    a_price_beyond_her_authority_is_approved(road.ana, road.lee)
    the_customer_accepts(road.ana, road.customer)
    the_contract_is_signed(road.ana)
    the_goods_arrive(road.ana, road.oli)
    the_customer_pays_in_part(road.fay)
    the_deal_says_what_it_earned(road.ana)
    the_month_is_closed(road.cam, road.fay)
    the_statement_shows_every_cent(road.ana)
    the_customer_has_a_question(road.ana)

    assert booked(trading.ana) == {"held": Decimal("-2146.80"), "cash": Decimal("-4853.20")}


def a_lead_comes_in(mia: Desk) -> None:
    """Marketing writes down who asked at the fair."""
    mia.opens("/leads/new/")
    mia.enters(name="Zhang Jun", company=CUSTOMER, mobile="13800138000", phone=PHONE)
    mia.enters(
        need="Four pumps for the new plant",
        product="Pump CDM",
        budget="200000",
        lead_class="Name only",
    )
    mia.saves()
    mia.sees("Zhang Jun", "Four pumps")
    mia.acts("Assign", to="Tess")


def it_goes_to_whom_it_concerns(tess: Desk) -> None:
    """Telesales calls, finds the wish real, and gives it to the field."""
    tess.opens("/leads/")
    tess.follows("Zhang Jun")
    tess.acts("Mark live")
    tess.sees("Live")
    tess.acts("Assign", to="Ana", reason="Her region")
    tess.acts("Qualify")
    tess.stands_at("Qualified")


def it_becomes_a_deal(ana: Desk) -> None:
    """The salesperson converts; that somebody knows a similar company is shown, the other team's name is not."""
    ana.opens("/leads/")
    ana.follows("Zhang Jun")
    ana.acts("Convert", another_team_has_one, opportunity_name="Four pumps", amount="200000")
    expect(ana.page.get_by_role("heading", name="Four pumps")).to_be_visible()
    ana.sees(CUSTOMER, "Zhang Jun")
    ana.stands_at("Prospecting")


def another_team_has_one(dialog: Locator) -> None:
    """What may exist already is told, and of another team's no more than that it is theirs."""
    expect(dialog).to_contain_text("This may exist already")
    expect(dialog).to_contain_text("Team West")
    expect(dialog).not_to_contain_text("Suzhou")


def it_moves_on(ana: Desk) -> None:
    """One press; what the stage after that asks for stands on the page before anybody is refused."""
    ana.acts("Next stage")
    ana.stands_at("Engaging")
    ana.sees("Proposal asks for more", "Close date", "Decision maker")


def what_a_stage_asks_for_is_filled_in(ana: Desk) -> None:
    """With a day, who decides and how many pumps, the deal moves on."""
    ana.follows("Edit")
    ana.enters(close_date=str(today()), next_step="Send the quote")
    ana.adds_line("Products", product="Pump CDM", quantity="4")
    ana.adds_line("Who decides", contact="Zhang Jun", role="Decision maker")
    ana.saves()
    ana.acts("Next stage")
    ana.stands_at("Proposal")
    ana.acts("Next stage")
    ana.stands_at("Negotiation")


def a_price_beyond_her_authority_is_approved(ana: Desk, lee: Desk) -> None:
    """Ten percent are more than a salesperson may give; her leader decides on one page."""
    ana.acts("Make a quote")
    ana.line("Lines", 0).locator("[name$='-discount']").fill("10")
    ana.saves()
    ana.sees("180,000.00", "203,400.00")
    ana.acts("Ask for approval", reason="They order again in spring")
    ana.sees("Waiting for approval")

    lee.opens("/my-approvals/")
    lee.sees("10%", "They order again in spring")
    lee.page.get_by_role("button", name="Approve", exact=True).click()
    lee.sees("Nothing waits for you")


def the_customer_accepts(ana: Desk, customer: Page) -> None:
    """The quote goes out as a link; whoever has it accepts by name, without signing in."""
    ana.page.reload()
    ana.acts("Send", email="zhang@example.com")
    ana.stands_at("Sent")
    link = ana.main.get_by_role("link", name="The customer's page").get_attribute("href")
    customer.goto(str(link))
    customer.get_by_role("link", name="English").click()
    expect(customer.locator("body")).to_contain_text("CN¥203,400.00")
    customer.get_by_label("Your name").fill("Zhang Jun")
    customer.get_by_role("button", name="Accept this quote").click()
    expect(customer.locator("body")).to_contain_text("Accepted by Zhang Jun")
    ana.page.reload()
    ana.stands_at("Accepted")


def the_contract_is_signed(ana: Desk) -> None:
    """Thirty percent on signing, the rest on delivery; signing freezes all of it and wins the deal."""
    ana.acts("Make a contract")
    ana.follows("Edit")
    ana.adds_line("Payment plan", label="Deposit", milestone="On signing", percent="30")
    ana.adds_line("Payment plan", label="Rest", milestone="On delivery", percent="70")
    ana.saves()
    ana.sees("61,020.00", "142,380.00")
    ana.acts("Sign", signed_by="Zhang Jun")
    ana.stands_at("Signed")
    drain()


def the_goods_arrive(ana: Desk, oli: Desk) -> None:
    """The order is made of the contract; order operations reserve, ship in parts and hear that it arrived."""
    ana.acts("Make an order")
    number = ana.number()
    oli.opens("/orders/")
    oli.follows(number)
    oli.acts("Reserve")
    oli.stands_at("Reserved")
    oli.acts("Ship", carrier="SF Express", tracking_number="SF100")
    oli.stands_at("Shipped")
    oli.acts("Mark delivered", received_by="Zhang Jun")
    oli.stands_at("Delivered")


def the_customer_pays_in_part(fay: Desk) -> None:
    """Finance invoices what the plan asks for, twice, and shares one receipt out between the two."""
    for _part in ("the deposit", "the rest"):
        fay.opens("/contracts/")
        fay.follows(f"C{today():%Y}-")
        fay.acts("Make an invoice")
        fay.acts("Issue")
        fay.sees("Issued")
    fay.opens("/collections/new/")
    fay.enters(
        account="Huachen", amount="150000", received_on=str(today()), bank_reference="BANK-1"
    )
    fay.saves()
    fay.asks("Allocate")
    for box, amount in zip(
        fay.dialog.locator("input[name^=part-]").all(), ("61020", "80000"), strict=True
    ):
        box.fill(amount)
    fay.dialog.get_by_role("button", name="Allocate", exact=True).click()
    fay.sees("8,980.00")
    drain()


def the_deal_says_what_it_earned(ana: Desk) -> None:
    """On the deal: what was earned, what is released, and why, in words."""
    ana.opens("/opportunities/?view=all")
    ana.follows("Four pumps")
    ana.stands_at("Won")
    panel = ana.page.locator("#panel-earned")
    expect(panel).to_contain_text("100,000.00 filled the 3 % step")
    expect(panel).to_contain_text("CN¥7,000.00")
    expect(panel).to_contain_text("CN¥4,853.20")


def the_month_is_closed(cam: Desk, fay: Desk) -> None:
    """The administrator of pay calculates; finance approves; then it is locked and paid."""
    month = f"{today():%Y-%m}"
    for who, act, state in (
        (cam, "Calculate", "Calculated"),
        (cam, "Begin the review", "In review"),
        (fay, "Approve", "Approved"),
        (cam, "Lock", "Locked"),
        (cam, "Pay out", "Paid"),
    ):
        who.opens("/pay-calendar/")
        who.follows(month)
        who.acts(act)
        who.stands_at(state)


def the_statement_shows_every_cent(ana: Desk) -> None:
    """The payee reads the same cents on the statement, and opens a line to its clause."""
    ana.opens("/my-pay/")
    ana.follows(f"{today():%Y-%m}")
    ana.sees("CN¥7,000.00", "CN¥4,853.20", "CN¥2,146.80")
    line = ana.page.locator("details.pay-line").first
    line.locator("summary").click()
    expect(line).to_contain_text("Position in the table: 0.00 → 180,000.00")
    expect(line.locator("tfoot")).to_contain_text("Clause 1, version v1")
    ana.acts("It is right")
    ana.sees("Acknowledged")


def the_customer_has_a_question(ana: Desk) -> None:
    """On the customer's page stands everything; a ticket begins there."""
    ana.opens("/accounts/")
    ana.follows("Huachen")
    ana.begins("ticket")
    ana.enters(ana.dialog, subject="The third pump hums")
    ana.saves_dialog()
    ana.sees("The third pump hums")


def booked(person: Any) -> dict[str, Decimal]:
    """What stands in the ledger of a payee: what we still owe, held for the customer's money, and the cash that left."""
    rows = LedgerPosting.objects.filter(person=person, account__in=("held", "cash"))
    sums: dict[str, Decimal] = {}
    for account, amount in rows.values_list("account", "amount"):
        sums[account] = sums.get(account, Decimal(0)) + amount
    return sums
