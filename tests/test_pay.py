"""Pay from contract to payroll: what a month holds for its payee, its administrator and the books."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

import pytest
from django.db import connection
from python_calamine import CalamineWorkbook

from tonglu.compensation.accruals import Terms, accruals_of, plan_costs_of
from tonglu.compensation.exceptions import exceptions_of
from tonglu.compensation.models import LedgerEntry, PayPeriod, Statement
from tonglu.compensation.paper import paper_of
from tonglu.compensation.services import periods
from tonglu.compensation.tests.months import balances, month_closed
from tonglu.customers.models import Account
from tonglu.entities.services import record_create, record_run
from tonglu.entities.testing import signed_in
from tonglu.finance.models import Invoice
from tonglu.finance.services import (
    collection_allocate,
    collection_allocate_oldest,
    collection_refund,
    invoice_from_contract,
    invoice_issue,
)
from tonglu.finance.services.collections import may_pay_oldest
from tonglu.orders.models import Contract, ContractLine, PaymentInstalment
from tonglu.orders.sample import orders_load_sample
from tonglu.policy import Actor
from tonglu.policy.testing import Cast
from tonglu.sales.sample import sales_load_sample
from tonglu.toolkit.jobs import drain

from .pay import plan_with_a_hold
from .test_road import pump, receipt, signed_contract  # noqa: F401 (a fixture)

D = Decimal
SYSTEM = Actor.system("cli")
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


@pytest.fixture
def contract(cast: Cast, actor: Any, pump: Any) -> Contract:  # noqa: F811
    """Four pumps that Ana sold on 10 March: 200,000 net, 226,000 with VAT, 8,000 of commission."""
    sales_load_sample(actor=SYSTEM)
    orders_load_sample(actor=SYSTEM)
    plan_with_a_hold(actor(cast.cam), cast.ana)
    account = record_create(actor=actor(cast.ana), model=Account, values={"name": "Acme Pumps"})
    made = signed_contract(actor(cast.ana), account, pump, 4)
    drain()
    return made


def collected(fay: Actor, contract: Contract, amount: str, day: date) -> Any:
    """The customer pays; the first time an invoice is made."""
    if not Invoice.objects.filter(contract=contract).exists():
        invoice_issue(actor=fay, row=invoice_from_contract(actor=fay, contract_id=contract.pk))
    came = receipt(fay, contract.account, amount, day)
    assert may_pay_oldest(fay, came) is None
    collection_allocate_oldest(actor=fay, row=came)
    drain()
    return came


def test_the_oldest_invoices_are_offered_to_be_paid_only_where_one_is_open(
    cast: Cast, actor: Any, contract: Contract
) -> None:
    came = receipt(actor(cast.fay), contract.account, "100.00", date(2026, 3, 20))

    refusal = may_pay_oldest(actor(cast.fay), came)

    assert refusal is not None
    assert str(refusal.reason) == "This customer has no open invoice in this currency."


def test_a_refund_after_payment_takes_back_no_more_than_was_paid(
    cast: Cast, actor: Any, contract: Contract
) -> None:
    fay = actor(cast.fay)
    came = collected(fay, contract, "226000.00", date(2026, 3, 20))
    month_closed(MARCH)
    assert balances(cast.ana) == {"expense": D(8000), "cash": D(7200), "retained": D(800)}

    collection_refund(
        actor=fay,
        row=came,
        amount=D("226000.00"),
        contract=contract,
        on=date(2026, 4, 8),
        reason="It hums",
    )
    drain()

    assert balances(cast.ana) == {
        "expense": D(8000),
        "cash": D(7200),
        "held": D(8000),
        "clawback": D(7200),
    }
    month_closed(APRIL)
    paid = Statement.objects.order_by("period__first_day").values_list("payable", "paid")
    assert list(paid) == [(D(7200), D(7200)), (D(0), D(0))]

    again = receipt(fay, contract.account, "226000.00", date(2026, 5, 8))
    collection_allocate(actor=fay, row=again, amount=D("226000.00"), contract=contract)
    drain()
    month_closed(MAY)

    last = Statement.objects.get(period__first_day=MAY, owner=cast.ana)
    told = {line["kind"]: D(line["amount"]) for line in last.lines}
    assert told == {"released": D(8000), "held_back": D(800), "recovered": D(7200)}
    assert balances(cast.ana) == {"expense": D(8000), "cash": D(7200), "retained": D(800)}


def test_a_deleted_contract_is_flagged_and_moves_no_money(
    cast: Cast, actor: Any, contract: Contract
) -> None:
    """The product refuses to delete it; somebody at the database might."""
    before, cam = balances(cast.ana), actor(cast.cam)
    march = PayPeriod.objects.get(first_day=MARCH)
    assert {one.kind for one in exceptions_of(cam, march)} == {"person_without_plan"}

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE orders_contract DISABLE TRIGGER USER")
        cursor.execute("UPDATE orders_contract SET deleted_at = now() WHERE id = %s", [contract.pk])
        cursor.execute("ALTER TABLE orders_contract ENABLE TRIGGER USER")
    drain()
    march = periods.period_calculate(actor=cam, row=march)

    found = exceptions_of(cam, march)
    assert (found[0].kind, contract.number in found[0].text) == ("source_gone", True)
    assert balances(cast.ana) == before


def test_a_contract_that_pays_nobody_is_told_first(
    cast: Cast, actor: Any, contract: Contract
) -> None:
    account = record_create(actor=actor(cast.cy), model=Account, values={"name": "West"})
    product = contract.lines.get().product
    other = signed_contract(actor(cast.cy), account, product, 1)
    drain()

    found = exceptions_of(actor(cast.cam), PayPeriod.objects.get(first_day=MARCH))

    assert (found[0].kind, found[0].tone) == ("fact_without_plan", "danger")
    assert found[0].text == f"{other} credits Cy, who were on no plan that day."
    names = {one.text.split()[0] for one in found if one.kind == "person_without_plan"}
    assert names == {"Ben", "Cy", "Tess"}
    for reader, place in (("cam", "/plan-members/new/"), ("fay", "/people/")):
        told = exceptions_of(actor(getattr(cast, reader)), PayPeriod.objects.get(first_day=MARCH))
        assert {one.url[: len(place)] for one in told if "person" in one.kind} == {place}


def test_a_month_unlike_the_ones_before_is_told(cast: Cast, actor: Any, contract: Contract) -> None:
    fay = actor(cast.fay)
    collected(fay, contract, "10000.00", date(2026, 3, 12))
    month_closed(MARCH)
    collected(fay, contract, "216000.00", date(2026, 4, 12))
    april = periods.period_calculate(actor=fay, row=PayPeriod.objects.get(first_day=APRIL))

    found = [one for one in exceptions_of(actor(cast.cam), april) if one.kind == "outlier"]

    assert [one.text for one in found] == ["Ana: CN¥6,881.42, usually about CN¥318.58."]


def test_payroll_has_a_line_per_payee_that_adds_up_to_the_ledger(
    cast: Cast, actor: Any, contract: Contract
) -> None:
    collected(actor(cast.fay), contract, "113000.00", date(2026, 3, 15))
    march = month_closed(MARCH)
    client = signed_in(cast.fay)

    as_csv = client.get(f"/pay-calendar/{march.pk}/payroll/?form=csv").content.decode("utf-8-sig")
    book = client.get(f"/pay-calendar/{march.pk}/payroll/?form=xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()

    lines = list(csv.DictReader(io.StringIO(as_csv)))
    line = next(one for one in lines if one["Name"] == "Ana")
    assert len(lines) == len({one["Name"] for one in lines}) == march.statements.count()
    for column, kind in (
        ("Earned", "earned"),
        ("Released", "released"),
        ("Held back", "held_back"),
    ):
        booked = LedgerEntry.objects.filter(period=march, owner=cast.ana, kind=kind)
        assert D(line[column]) == sum(booked.values_list("amount", flat=True))
    assert (line["Payable"], line["Paid out"]) == ("3600.00", "3600.00")
    assert rows[0] == list(lines[0])
    assert [row[rows[0].index("Payable")] for row in rows if "Ana" in row] == [3600]


def test_the_books_capitalise_what_a_contract_earned(
    cast: Cast, actor: Any, contract: Contract
) -> None:
    collected(actor(cast.fay), contract, "113000.00", date(2026, 3, 15))
    march = month_closed(MARCH)

    long, short = accruals_of(march, Terms(months=36)), accruals_of(march, Terms(months=12))

    assert (long.asset, long.this_month, long.remaining) == (D(8000), D("222.22"), D("7777.78"))
    assert (short.asset, short.expensed) == (D(0), D(8000))
    assert long.owed == D(8000) - D(3600)
    client, terms = signed_in(cast.fay), "months=36&tax=0&expedient=on"
    address = f"/pay-calendar/{march.pk}/accruals/"
    assert f"{escape(terms)}&amp;form=xlsx" in client.get(f"{address}?{terms}").content.decode()
    as_csv = client.get(f"{address}file/?{terms}&form=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(as_csv)))
    assert rows[1][:5] == [contract.number, "36", "8000.00", "8000.00", "222.22"]
    assert [row[2] for row in rows[2:]] == ["8000.00", str(long.owed)]
    book = client.get(f"{address}file/?{terms}&form=xlsx").content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet[1][1:6] == [36, 8000, 8000, 222.22, 7777.78]
    cost = plan_costs_of(march)[0]
    assert (cost.sales, cost.margin, cost.earned) == (D(200000), D(80000), D(8000))
    assert cost.share == D("0.1")


def test_a_statement_opens_for_its_payee_and_those_above_and_nobody_else(
    cast: Cast, actor: Any, contract: Contract
) -> None:
    collected(actor(cast.fay), contract, "113000.00", date(2026, 3, 15))
    month_closed(MARCH)
    row = Statement.objects.get(owner=cast.ana)

    seen = {
        name: signed_in(getattr(cast, name)).get(f"/my-pay/{row.pk}/").status_code
        for name in ("ana", "lee", "dee", "cam", "fay", "ben", "cy", "pat", "mia")
    }

    assert {name for name, status in seen.items() if status == 200} == {
        "ana",
        "lee",
        "dee",
        "cam",
        "fay",
    }
    assert {seen[name] for name in ("ben", "cy", "pat", "mia")} <= {403, 404}
    page = signed_in(cast.ana).get(f"/my-pay/{row.pk}/").content.decode()
    for told in ("100,000.00 filled the 3 % step", "Clause 1, version v1", "10 % of 4,000.00"):
        assert told in page
    for language in ("en", "zh-hans"):
        pdf = signed_in(cast.ana).get(f"/my-pay/{row.pk}/pdf/?lang={language}")
        assert pdf.content.startswith(b"%PDF")
    assert sum(amount for _label, amount, _group in paper_of(row).bridge) == row.payable == D(3600)


def test_lateness_is_told_with_what_it_cost(cast: Cast, actor: Any, contract: Contract) -> None:
    late = record_create(
        actor=actor(cast.ana),
        model=Contract,
        values={"account": contract.account, "currency": "CNY"},
        lines={
            ContractLine: [{"product": contract.lines.get().product, "quantity": D(4)}],
            PaymentInstalment: [{"due_on": date(2026, 3, 10), "percent": D(1)}],
        },
    )
    late = record_run(
        actor=actor(cast.ana), row=late, verb="sign", params={"signed_on": date(2026, 3, 10)}
    )
    drain()
    collected(actor(cast.fay), late, "226000.00", date(2026, 4, 24))

    entry = LedgerEntry.objects.get(kind="released")

    assert entry.amount == D(10400)
    assert entry.sentence.endswith(" It came 45 days late, which forfeits 2,600.00.")
    month = periods.period_calculate(actor=SYSTEM, row=entry.period)
    line = next(
        one
        for group in paper_of(Statement.objects.get(period=month, owner=cast.ana)).groups
        for one in group.lines
        if one.kind == "released"
    )
    assert [part.amount for part in line.released] == ["13,000.00", "−2,600.00"]
