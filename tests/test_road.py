"""The whole road once, through the services every door uses: a lead comes in, and a salesperson is paid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tonglu.catalog.models import Product
from tonglu.compensation.models import Earning, LedgerPosting, PayPeriod, Statement
from tonglu.compensation.services import periods
from tonglu.compensation.services.plans import plan_from_preset, version_issue
from tonglu.entities.services import record_create, record_run
from tonglu.finance.models import Collection
from tonglu.finance.services import (
    collection_allocate,
    collection_allocate_oldest,
    invoice_from_contract,
    invoice_issue,
)
from tonglu.marketing.models import Lead
from tonglu.orders.models import Contract, ContractLine
from tonglu.orders.sample import orders_load_sample
from tonglu.policy import Actor
from tonglu.sales.sample import sales_load_sample

D = Decimal
SYSTEM = Actor.system("cli")
TODAY = date(2026, 3, 10)


@pytest.fixture
def pump(db: Any) -> Product:
    return Product.objects.create(
        sku="P-1",
        name="Pump",
        name_zh="水泵",
        list_price=D(50000),
        cost=D(30000),
        vat_rate=D("0.13"),
    )


@pytest.fixture
def plan(cast: Any, actor: Any) -> Any:
    cam = actor(cast.cam)
    draft = plan_from_preset(actor=cam, key="on_collection")
    version = version_issue(actor=cam, row=draft, effective_from=date(2026, 1, 1))
    record_create(
        actor=cam,
        model=version.plan.members.model,
        values={"plan": version.plan, "person": cast.ana, "valid_from": date(2026, 1, 1)},
    )
    return version


def signed_contract(ana: Actor, account: Any, pump: Product, quantity: int) -> Contract:
    contract = record_create(
        actor=ana,
        model=Contract,
        values={"account": account, "currency": "CNY"},
        lines={ContractLine: [{"product": pump, "quantity": D(quantity)}]},
    )
    return record_run(actor=ana, row=contract, verb="sign", params={"signed_on": TODAY})


def test_from_the_first_lead_to_the_money_paid_out(
    cast: Any, actor: Any, worker: Any, pump: Product, plan: Any
) -> None:
    sales_load_sample(actor=SYSTEM)
    orders_load_sample(actor=SYSTEM)
    ana, fay, cam = actor(cast.ana), actor(cast.fay), actor(cast.cam)

    contract = signed_contract(ana, converted_account(ana), pump, 4)
    worker()
    earning = Earning.objects.get(owner=cast.ana)
    assert (contract.amount, earning.amount) == (D("226000.00"), D("8000.00"))
    assert "100,000.00 filled the 3 % step" in earning.sentence

    collect_in_two_parts(fay, contract, worker, earning)

    statement = closed_month(cam, cast.ana)
    assert (statement.earned, statement.released, statement.paid) == (D(8000), D(8000), D(8000))
    assert statement.held_after == 0
    assert ledger_of(cast.ana) == {"expense": D(8000), "held": 0, "payable": 0, "cash": D(-8000)}
    record_run(actor=ana, row=statement, verb="acknowledge")


def converted_account(ana: Actor) -> Any:
    lead = record_create(
        actor=ana,
        model=Lead,
        values={"name": "张军", "company": "华辰生物", "mobile": "13800138000"},
    )
    record_run(actor=ana, row=lead, verb="convert", params={})
    lead.refresh_from_db()
    return lead.converted_account


def collect_in_two_parts(fay: Actor, contract: Contract, worker: Any, earning: Earning) -> None:
    draft = invoice_from_contract(actor=fay, contract_id=contract.pk)
    invoice = invoice_issue(actor=fay, row=draft)
    first = receipt(fay, contract.account, "113000.00", TODAY + timedelta(days=5))
    collection_allocate(actor=fay, row=first, amount=D("113000.00"), invoice=invoice)
    worker()
    earning.refresh_from_db()
    assert earning.released_amount == D("4000.00")

    second = receipt(fay, contract.account, "120000.00", TODAY + timedelta(days=20))
    collection_allocate_oldest(actor=fay, row=second)
    worker()
    for row in (earning, second, invoice):
        row.refresh_from_db()
    assert earning.released_amount == D("8000.00")
    assert (invoice.open_amount, second.open_amount) == (D("0.00"), D("7000.00"))


def closed_month(cam: Actor, person: Any) -> Statement:
    period = PayPeriod.objects.get(first_day=date(2026, 3, 1))
    for verb in ("calculate", "approve", "pay"):
        record_run(actor=cam, row=period, verb=verb)
    return Statement.objects.get(owner=person)


def test_paying_a_period_twice_pays_once(
    cast: Any, actor: Any, worker: Any, pump: Product, plan: Any, account: Any
) -> None:
    ana, cam = actor(cast.ana), actor(cast.cam)
    signed_contract(ana, account, pump, 1)
    worker()
    period = PayPeriod.objects.get()
    periods.period_calculate(actor=cam, row=period)
    periods.period_approve(actor=cam, row=period)

    periods.period_pay(actor=cam, row=period)
    periods.period_pay(actor=cam, row=period)

    assert ledger_of(cast.ana).get("cash", D(0)) == 0


@pytest.fixture
def account(cast: Any, actor: Any) -> Any:
    from tonglu.customers.models import Account

    sales_load_sample(actor=SYSTEM)
    orders_load_sample(actor=SYSTEM)
    return record_create(actor=actor(cast.ana), model=Account, values={"name": "Acme Pumps"})


def receipt(actor: Actor, account: Any, amount: str, day: date) -> Collection:
    return record_create(
        actor=actor,
        model=Collection,
        values={"account": account, "amount": D(amount), "received_on": day, "currency": "CNY"},
    )


def ledger_of(person: Any) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for account, amount in LedgerPosting.objects.filter(person=person).values_list(
        "account", "amount"
    ):
        sums[account] = sums.get(account, D(0)) + amount
    return sums
