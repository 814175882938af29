"""Pay in a real browser: a month is closed, a cent is followed to its clause, a rule changes, money goes back, a dispute is settled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pay import plan_with_a_hold
from tests.test_road import receipt, signed_contract
from tonglu.compensation.models import Correction, LedgerEntry, PlanVersion, Statement
from tonglu.compensation.services.plans import version_next
from tonglu.compensation.tests.months import balances
from tonglu.entities.services import record_run
from tonglu.finance.services import collection_allocate, collection_refund
from tonglu.orders.models import Contract
from tonglu.orders.sample import orders_load_sample
from tonglu.policy import Actor
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today
from tonglu.toolkit.jobs import drain

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

D = Decimal


@pytest.fixture
def contract(selling: Cast, actor: Any, account: Any, make_product: Any) -> Contract:
    """Four pumps of Ana's, signed, and half paid in two parts."""
    orders_load_sample(actor=Actor.system("cli"))
    plan_with_a_hold(actor(selling.cam), selling.ana)
    pump = make_product("P-9", list_price=D(50000), cost=D(30000), vat_rate=D("0.13"))
    made = signed_contract(actor(selling.ana), account, pump, 4)
    drain()
    for day in (15, 20):
        _collected(actor(selling.fay), made, "56500.00", date(2026, 3, day))
    return made


def test_a_month_of_pay_from_the_contract_to_a_settled_dispute(
    selling: Cast, actor: Any, open_page: Any, contract: Contract
) -> None:
    closed_by(open_page(selling.cam))
    statement = Statement.objects.get(owner=selling.ana)
    assert (statement.earned, statement.released, statement.paid) == (D(8000), D(4000), D(3600))

    page = open_page(selling.ana)
    followed_to_its_clause(page)
    as_issued = page.locator("#content").text_content()

    a_rule_changes(actor(selling.cam))
    page.reload()
    assert page.locator("#content").text_content() == as_issued

    money_goes_back(actor(selling.fay), contract)
    assert balances(selling.ana)["clawback"] == D(3600)

    page.get_by_role("button", name="Something is wrong").click()
    page.locator("#modal [name=text]").fill("The first receipt came on 14 March")
    page.locator("#modal").get_by_role("button", name="Something is wrong").click()
    expect(page.locator("#content")).to_contain_text("An answer is due on")
    answered_by(open_page(selling.cam))
    approved_by(open_page(selling.fay))

    page.reload()
    expect(page.locator("#content")).to_contain_text("Right, it did · CN¥25.00")
    line = LedgerEntry.objects.get(kind="corrected")
    assert (line.amount, line.period.state) == (D(25), "open")


def closed_by(page: Page) -> None:
    """The administrator takes March through its states from the calendar."""
    page.goto("/pay-calendar/")
    expect(page.locator("#content")).to_contain_text("On no plan")
    page.get_by_role("link", name="2026-03").first.click()
    for act, state in (
        ("Calculate", "Calculated"),
        ("Begin the review", "In review"),
        ("Approve", "Approved"),
        ("Lock", "Locked"),
        ("Pay out", "Paid"),
    ):
        page.locator("#page-head").get_by_role("button", name=act, exact=True).click()
        page.locator("#modal").get_by_role("button", name=act, exact=True).click()
        expect(page.locator(".stage-bar [aria-current=step]")).to_have_text(state)


def followed_to_its_clause(page: Page) -> None:
    """The salesperson opens the statement, then the line, then reads which step of which clause it was."""
    page.goto("/my-pay/?span=2026-03")
    page.get_by_role("link", name="2026-03").click()
    expect(page.locator("#content")).to_contain_text("CN¥3,600.00")
    line = page.locator("details.pay-line").first
    line.locator("summary").click()
    expect(line).to_contain_text("100,000.00 filled the 3 % step up to 100,000.00")
    expect(line).to_contain_text("Position in the table: 0.00 → 200,000.00")
    expect(line.locator("tfoot")).to_contain_text("Clause 1, version v1")
    parts = [_number(cell) for cell in line.locator("tbody td.num").all_inner_texts()]
    assert sum(parts) == _number(line.locator("tfoot td.num").inner_text()) == D(8000)


def a_rule_changes(cam: Actor) -> None:
    """The next version pays one percent, and is issued."""
    version = version_next(actor=cam, row=PlanVersion.objects.get())
    halved = {
        **version.definition,
        "components": [{"id": "commission", "window": "year", "base_rate": "0.01"}],
        "examples": [],
    }
    PlanVersion.objects.filter(pk=version.pk).update(definition=halved)
    version.refresh_from_db()
    record_run(actor=cam, row=version, verb="issue", params={"effective_from": today(cam)})


def money_goes_back(fay: Actor, contract: Contract) -> None:
    """All of it is refunded after it was paid out: no more than was paid is owed back."""
    came = receipt(fay, contract.account, "1.00", date(2026, 3, 25))
    collection_refund(
        actor=fay, row=came, amount=D("113000.00"), contract=contract, reason="It hums"
    )
    drain()


def answered_by(page: Page) -> None:
    """The administrator grants it."""
    page.goto("/pay-disputes/")
    page.get_by_role("link", name="2026-03").first.click()
    page.get_by_role("button", name="Adjust", exact=True).click()
    page.locator("#modal [name=amount]").fill("25")
    page.locator("#modal [name=answer]").fill("Right, it did")
    page.locator("#modal").get_by_role("button", name="Adjust", exact=True).click()
    expect(page.locator("#main")).to_contain_text("Right, it did")


def approved_by(page: Page) -> None:
    """A second person gives the other approval."""
    page.goto(f"/corrections/{Correction.objects.get().pk}/")
    page.get_by_role("button", name="Approve", exact=True).click()
    page.locator("#modal").get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator("#main")).to_contain_text("booked")


def _collected(fay: Actor, contract: Contract, amount: str, day: date) -> None:
    came = receipt(fay, contract.account, amount, day)
    collection_allocate(actor=fay, row=came, amount=D(amount), contract=contract)
    drain()


def _number(text: str) -> Decimal:
    return D(text.replace(",", "").replace("−", "-"))
