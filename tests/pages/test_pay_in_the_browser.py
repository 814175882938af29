"""Pay in a real browser, from the plan to a settled dispute, all of it on the pages people use.

A plan is built from a preset, issued and given to a person; a contract is signed and paid in two parts; the month is closed; a cent is
followed to its clause; a rule changes, money goes back, a dispute is settled.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.road.desk import act_button
from tests.test_road import receipt
from tonglu.compensation.models import Correction, Earning, LedgerEntry, PlanVersion, Statement
from tonglu.compensation.tests.months import balances
from tonglu.entities.services import record_create
from tonglu.orders.models import Contract, ContractLine
from tonglu.orders.sample import orders_load_sample
from tonglu.policy import Actor
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today
from tonglu.toolkit.jobs import drain

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

D = Decimal
PARTS = ("56500.00", "56500.00")


@pytest.fixture
def contract(selling: Cast, actor: Any, account: Any, make_product: Any) -> Contract:
    """Four pumps of Ana's: 200,000 and 26,000 of VAT, not yet signed."""
    orders_load_sample(actor=Actor.system("cli"))
    pump = make_product("P-9", list_price=D(50000), cost=D(30000), vat_rate=D("0.13"))
    made: Contract = record_create(
        actor=actor(selling.ana),
        model=Contract,
        values={"account": account, "currency": "CNY"},
        lines={ContractLine: [{"product": pump, "quantity": D(4)}]},
    )
    return made


def test_a_month_of_pay_from_the_plan_to_a_settled_dispute(
    selling: Cast, actor: Any, open_page: Any, contract: Contract
) -> None:
    cam, fay, ana = (open_page(person) for person in (selling.cam, selling.fay, selling.ana))
    plan_built(cam)
    put_on_the_plan(cam, "Ana")
    signed_by(ana, contract)
    assert Earning.objects.get().amount == D(8400)
    for amount, day in zip(PARTS, (15, 20), strict=True):
        came = receipt(actor(selling.fay), contract.account, amount, date(2026, 3, day))
        paid_in(fay, came, contract)

    closed_by(cam)
    statement = Statement.objects.get(owner=selling.ana)
    assert (statement.earned, statement.released, statement.paid) == (D(8400), D(4200), D(3780))
    followed_to_its_clause(ana)
    as_issued = ana.locator("#content").text_content()
    stood = balances(selling.ana)

    a_rule_changes(cam)
    ana.reload()
    assert ana.locator("#content").text_content() == as_issued
    assert balances(selling.ana) == stood
    assert {one.plan_version.number for one in Earning.objects.all()} == {1}

    money_goes_back(fay, contract)
    assert balances(selling.ana)["clawback"] == statement.paid == D(3780)
    ana.reload()
    assert ana.locator("#content").text_content() == as_issued

    disputed_by(ana)
    answered_by(cam)
    approved_by(fay)
    ana.reload()
    expect(ana.locator("#content")).to_contain_text("Right, it did · CN¥25.00")
    line = LedgerEntry.objects.get(kind="corrected")
    assert (line.amount, line.period.state) == (D(25), "open")


def plan_built(page: Page) -> None:
    """The administrator takes a preset, lowers a step, holds ten percent back, and issues it."""
    page.goto("/pay-plans/gallery/")
    preset = page.locator("section", has_text="Commission on collection")
    preset.get_by_role("button", name="Use this").click()
    edge = page.locator("[name='plan.components.0.table.tiers.0.to']")
    edge.fill("80,000")
    edge.press("Tab")
    expect(page.locator(".composer-paid")).to_contain_text("4,400.00")
    page.get_by_role("button", name="Add a payment rule").click()
    expect(page.locator("[name='plan.payment.0.pct']")).to_have_value("10%")
    issued(page, "2026-01-01")


def issued(page: Page, day: str) -> None:
    """The examples are renewed, the draft is saved without a fault and issued."""
    page.get_by_role("button", name="Let the examples expect what it pays now").click()
    expect(page.locator("#result")).to_contain_text("No faults")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("no faults")
    page.get_by_role("button", name="Issue", exact=True).click()
    page.locator("#modal [name=effective_from]").fill(day)
    page.locator("#modal").get_by_role("button", name="Issue").click()
    expect(page.locator("body")).to_contain_text("Issued")


def put_on_the_plan(page: Page, name: str) -> None:
    """A person is put on it from New Year on."""
    page.goto("/plan-people/?on=2026-01-01")
    page.get_by_label("Without a plan", exact=True).check()
    expect(page.get_by_label(name, exact=True)).to_be_checked()
    page.get_by_label("Without a plan", exact=True).uncheck()
    page.get_by_label(name, exact=True).check()
    page.locator("[name=plan]").select_option(label="Commission on collection")
    page.get_by_role("button", name="Put on the plan").click()
    expect(page.locator("#toasts")).to_contain_text("1 membership was made")
    expect(page.locator("tbody tr", has_text=name)).to_contain_text("holds")


def signed_by(page: Page, contract: Contract) -> None:
    """The salesperson signs it for 10 March."""
    page.goto(f"/contracts/{contract.pk}/")
    page.locator("#page-head").get_by_role("button", name="Sign", exact=True).click()
    page.locator("#modal [name=signed_on]").fill("2026-03-10")
    page.locator("#modal").get_by_role("button", name="Sign").click()
    expect(page.locator(".stage-bar [aria-current=step]")).to_have_text("Signed")
    drain()


def paid_in(page: Page, came: Any, contract: Contract) -> None:
    """Finance lets a receipt pay for the contract."""
    page.goto(f"/collections/{came.pk}/")
    asked(page, "Pay a contract in advance", contract)
    drain()


def asked(page: Page, act: str, contract: Contract, **values: str) -> None:
    """An act whose dialog asks for the contract."""
    dialog = verb_opened(page, act)
    dialog.locator("[data-lookup-text]").fill(contract.number)
    page.locator(".lookup-list [role=option]").first.click()
    for name, value in values.items():
        dialog.locator(f"[name={name}]").fill(value)
    dialog.get_by_role("button", name=act, exact=True).click()
    expect(dialog).to_be_hidden()


def verb_opened(page: Page, act: str) -> Locator:
    """The dialog of an act, whose button stands in the head or in its menu."""
    act_button(page, act).click()
    return page.locator("#modal")


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
    expect(page.locator("#content")).to_contain_text("CN¥3,780.00")
    line = page.locator("details.pay-line").first
    line.locator("summary").click()
    expect(line).to_contain_text("80,000.00 filled the 3 % step up to 80,000.00")
    expect(line).to_contain_text("Position in the table: 0.00 → 200,000.00")
    expect(line.locator("tfoot")).to_contain_text("Clause 1, version v1")
    parts = [_number(cell) for cell in line.locator("tbody td.num").all_inner_texts()]
    assert sum(parts) == _number(line.locator("tfoot td.num").inner_text()) == D(8400)


def a_rule_changes(page: Page) -> None:
    """The next version pays one percent on the first step, and is issued."""
    page.goto(f"/plan-versions/{PlanVersion.objects.get().pk}/compose/")
    page.locator("#page-head").get_by_role("button", name="Make the next version").click()
    page.locator("#modal").get_by_role("button", name="Make the next version").click()
    expect(page.locator("#page-head")).to_contain_text("draft")
    rate = page.locator("[name='plan.components.0.table.tiers.0.value']")
    rate.fill("1%")
    rate.press("Tab")
    expect(page.locator(".composer-paid")).to_contain_text("2,800.00")
    issued(page, today().isoformat())


def money_goes_back(page: Page, contract: Contract) -> None:
    """All of it is refunded after it was paid out: no more than was paid is owed back."""
    asked(page, "Refund", contract, amount="113000", reason="It hums")
    drain()


def disputed_by(page: Page) -> None:
    """The salesperson says what is wrong."""
    page.get_by_role("button", name="Something is wrong").click()
    page.locator("#modal [name=text]").fill("The first receipt came on 14 March")
    page.locator("#modal").get_by_role("button", name="Something is wrong").click()
    expect(page.locator("#content")).to_contain_text("An answer is due on")


def answered_by(page: Page) -> None:
    """The administrator grants it."""
    page.goto("/pay-disputes/")
    page.get_by_role("link", name="2026-03").first.click()
    page.get_by_role("button", name="Answer and adjust", exact=True).click()
    page.locator("#modal [name=amount]").fill("25")
    page.locator("#modal [name=answer]").fill("Right, it did")
    page.locator("#modal").get_by_role("button", name="Answer and adjust", exact=True).click()
    expect(page.locator("#main")).to_contain_text("Right, it did")


def approved_by(page: Page) -> None:
    """A second person gives the other approval."""
    page.goto(f"/corrections/{Correction.objects.get().pk}/")
    page.get_by_role("button", name="Approve", exact=True).click()
    page.locator("#modal").get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator("#main")).to_contain_text("booked")


def _number(text: str) -> Decimal:
    return D(text.replace(",", "").replace("−", "-"))
