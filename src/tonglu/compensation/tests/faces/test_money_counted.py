"""Plans that count the customer's money: each payment fills the steps when it comes, and goes out of them when it goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tonglu.catalog.models import Product
from tonglu.compensation import panels
from tonglu.compensation.accruals import plan_costs_of
from tonglu.compensation.core.presets.catalogue import preset
from tonglu.compensation.faces.estimates import Wish, deal_of, deal_pay, deal_wished
from tonglu.compensation.faces.standing import standings_of
from tonglu.compensation.laboratory.jobs import Ask, trial_run
from tonglu.compensation.models import Correction, Earning, LedgerEntry
from tonglu.compensation.receiving import net_shares
from tonglu.compensation.services.corrections import (
    correction_acknowledge,
    correction_approve,
    earning_reprice,
)
from tonglu.compensation.services.happenings import contract_release
from tonglu.compensation.services.ledger import period_for
from tonglu.compensation.tests.months import balances, month_closed, plan_issued, version_after
from tonglu.entities.services import record_create, record_run
from tonglu.entities.testing import signed_in
from tonglu.finance.events import ContractCollected
from tonglu.finance.models import Allocation, Collection
from tonglu.finance.services import allocation_reverse, collection_allocate
from tonglu.orders.models import Contract, ContractLine
from tonglu.policy import Actor
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today

D = Decimal
JANUARY = date(2026, 1, 10)
SYSTEM = Actor.system("cli")
TIERS = [[0, 100000, "0.03"], [100000, None, "0.05"]]
STEPS: dict[str, Any] = {
    "id": "collected",
    "clause": "1",
    "window": "year",
    "measure": "received",
    "table": {"mode": "slab", "tiers": TIERS},
}
Pay = Callable[..., Collection]


@pytest.fixture
def pays(selling: Cast, account: Any, actor: Any, worker: Any) -> Pay:
    """`pays(contract, 56500)`: money of the customer, VAT included, that pays the contract in advance of its invoice."""

    def pay(contract: Any, amount: Any, day: date | None = None) -> Collection:
        values = {"account": account, "amount": D(amount), "currency": contract.currency}
        fay = actor(selling.fay)
        row: Collection = record_create(
            actor=fay, model=Collection, values={**values, "received_on": day or today()}
        )
        collection_allocate(actor=fay, row=row, amount=D(amount), contract=contract)
        worker()
        return row

    return pay


def refund(cast: Cast, actor: Any, row: Collection, contract: Any, amount: Any) -> None:
    params = {"amount": D(amount), "contract": contract, "on": today(), "reason": "Returned"}
    record_run(actor=actor(cast.fay), row=row, verb="refund", params=params)


def earned(component: str = "collected") -> list[Decimal]:
    found = Earning.objects.filter(component=component).order_by("pk")
    return list(found.values_list("amount", flat=True))


def test_payments_fill_the_steps_and_pay_at_once(
    selling: Cast, sign: Any, pays: Pay, actor: Any, worker: Any, make_deal: Any
) -> None:
    plan_issued([selling.ana], components=[STEPS])
    ana = actor(selling.ana)
    deal = make_deal(amount=200_000)
    (would,) = deal_pay(ana, deal_of(ana, deal))
    contract = sign(4)
    nothing_yet = earned()
    assert panels._has_earnings(ana, contract)
    assert [one.plan.code for one in panels._earned(ana, contract)["awaits"]] == ["plan"]
    assert panels._earned(actor(selling.ben), contract)["awaits"] == []

    first = pays(contract, 113_000)
    pays(contract, 56_500)
    refund(selling, actor, first, contract, 28_250)
    worker()

    assert (would.adds, would.waits_for_cash, nothing_yet) == (D(8000), True, [])
    assert earned() == [D(3000), D(2500), D(-1250)]
    assert balances(selling.ana) == {"expense": D(4250), "payable": D(4250)}
    moved = LedgerEntry.objects.filter(kind="released").order_by("pk")
    assert [one.event.type for one in moved] == ["cash", "cash", "refund"]
    assert "Of 50,000.00 collected" in Earning.objects.order_by("pk")[1].sentence
    assert "退款 25,000.00" in Earning.objects.order_by("pk")[2].sentence_zh


def test_money_that_goes_back_in_a_later_month_takes_back_what_it_had_earned(
    selling: Cast, sign: Any, pays: Pay, actor: Any, worker: Any
) -> None:
    plan_issued([selling.ana], components=[{**STEPS, "window": "month"}])
    contract = sign(8, day=JANUARY)
    pays(contract, 113_000, JANUARY)
    last = pays(contract, 113_000, JANUARY.replace(day=20))
    month_closed(JANUARY.replace(day=1))

    for part in (56_500, 113_000):
        refund(selling, actor, last, contract, part)
    worker()

    assert earned() == [D(3000), D(5000), D(-2500), D(-2500 - 1500)]
    days = [one.earned_on for one in Earning.objects.order_by("pk")]
    assert days == [JANUARY, *[JANUARY.replace(day=20)] * 3]
    later = LedgerEntry.objects.filter(earning__amount__lt=0).values_list("period__first_day")
    assert all(day > JANUARY for (day,) in later)
    assert balances(selling.ana)["clawback"] == D(6500)


def test_my_pay_tells_what_has_not_come_in_yet(
    selling: Cast, sign: Any, pays: Pay, actor: Any
) -> None:
    plan_issued([selling.ana], components=[STEPS])
    first, second = sign(4), sign(1)
    before = standings_of(selling.ana.pk, today(), "en")[0].outstanding
    pays(first, 113_000)
    pays(second, 56_500)

    after = standings_of(selling.ana.pk, today(), "en")[0].outstanding
    page = signed_in(selling.ana).get("/my-pay/").content.decode()

    assert before is not None
    assert after is not None
    assert (before.total, [one.contract for one in before.contracts]) == (
        D(250_000),
        [first, second],
    )
    assert (after.total, [one.contract for one in after.contracts]) == (D(100_000), [first])
    assert "100,000.00 of what you signed has not come in yet" in page
    assert standings_of(selling.ben.pk, today(), "en") == []


def test_what_turns_out_to_belong_elsewhere_goes_out_again(
    selling: Cast, sign: Any, pays: Pay, actor: Any, worker: Any
) -> None:
    plan_issued([selling.ana], components=[STEPS])
    contract = sign(4)
    pays(contract, 226_000)

    allocation = Allocation.objects.get(contract=contract)
    allocation_reverse(actor=actor(selling.fay), row=allocation, reason="Another customer's")
    worker()

    assert earned() == [D(8000), D(-8000)]
    assert balances(selling.ana) == {}


def test_what_is_signed_and_what_comes_in_are_counted_apart(
    selling: Cast, sign: Any, pays: Pay
) -> None:
    plan_issued(
        [selling.ana],
        components=[
            STEPS,
            {"id": "signed", "clause": "2", "window": "year", "base_rate": "0.01"},
            {"id": "each", "clause": "3", "window": "year", "measure": "count", "base_rate": "100"},
        ],
        release={"schedule": [{"event": "cash", "pct": 1, "prorata": True}]},
    )
    contract = sign(4)

    pays(contract, 56_500)

    assert (earned(), earned("signed"), earned("each")) == ([D(1500)], [D(2000)], [D(100)])
    released = dict(Earning.objects.values_list("component", "released_amount"))
    assert released == {"collected": D(1500), "signed": D(500), "each": D(25)}


def test_money_that_is_heard_of_before_the_contract_is_counted_with_it(
    selling: Cast, pump: Product, account: Any, actor: Any, worker: Any
) -> None:
    plan_issued([selling.ana], components=[STEPS])
    contract = record_create(
        actor=actor(selling.ana),
        model=Contract,
        values={"account": account, "currency": "CNY"},
        lines={ContractLine: [{"product": pump, "quantity": D(2)}]},
    )
    params = {"signed_on": today()}
    record_run(actor=actor(selling.ana), row=contract, verb="sign", params=params)

    for allocation in (1, 2):
        contract_release(
            ContractCollected(
                allocation_id=allocation,
                collection_id=1,
                contract_id=contract.pk,
                received_on=today(),
                amount=D(56_500),
                currency="CNY",
            )
        )
    before = earned()
    worker()

    assert (before, earned()) == ([], [D(1500), D(1500)])


def test_no_cent_is_lost_over_many_payments() -> None:
    shares = net_shares([D("33.33")] * 3 + [D("13.01")], D("113.00"), D("100.00"))

    assert (sum(shares), shares[0]) == (D("100.00"), D("29.50"))
    assert net_shares([D(50), D(-50), D(50)], D(113), D(100)) == [
        D("44.25"),
        D("-44.25"),
        D("44.25"),
    ]


def test_managers_and_pools_are_paid_on_payments_too(
    selling: Cast, sign: Any, pays: Pay, worker: Any
) -> None:
    type(selling.ana).objects.filter(pk=selling.ana.pk).update(manager=selling.lee)
    selling.ana.refresh_from_db()
    override = {
        "id": "override",
        "clause": "2",
        "kind": "rollup",
        "measure": "received",
        "levels": ["0.01"],
    }
    of_pay = {
        "id": "of_pay",
        "clause": "3",
        "kind": "rollup",
        "basis": "collected",
        "levels": ["0.1"],
    }
    pool = {
        "id": "pool",
        "clause": "4",
        "kind": "pool",
        "window": "month",
        "measure": "received",
        "rate": "0.02",
        "weights": {selling.ana.email: 1, selling.lee.email: 1},
    }
    plan_issued([selling.ana, selling.lee], components=[STEPS, override, of_pay, pool])
    contract = sign(4, day=JANUARY)
    pays(contract, 56_500, JANUARY)

    month_closed(JANUARY.replace(day=1), until="calculated")

    assert (earned("override"), earned("of_pay")) == ([D(500)], [D(150)])
    assert earned("pool") == [D(500), D(500)]


def test_a_later_version_goes_on_where_payments_stand(selling: Cast, sign: Any, pays: Pay) -> None:
    version = plan_issued([selling.ana], components=[STEPS])
    first = sign(2)
    pays(first, 90_400)
    version_after(
        version.plan,
        today(),
        components=[
            {
                **STEPS,
                "table": {"mode": "slab", "tiers": [[0, 100000, "0.1"], [100000, None, "0.2"]]},
            }
        ],
    )
    second = sign(2)

    pays(second, 45_200)
    pays(first, 22_600)

    assert earned() == [D(2400), D(2000 + 4000), D(600)]


def test_the_plan_of_the_gallery_pays_what_its_example_says(
    selling: Cast, sign: Any, pays: Pay
) -> None:
    body = preset("collected_steps").plan_dict()
    (example,) = body["examples"]
    plan_issued([selling.ana], **{name: body[name] for name in ("components", "rounding")})
    contracts = [sign(2), sign(4)]

    for contract, sold in zip(contracts, example["transactions"], strict=True):
        pays(contract, D(sold["received"]) * D("1.13"))

    expected = example["expected"]["by_transaction"]
    assert earned() == [D(expected[one]["Ana"]["collected"]) for one in "ab"]


def test_costs_teams_and_trials_count_a_payment_once(
    selling: Cast, sign: Any, pays: Pay, actor: Any
) -> None:
    version = plan_issued([selling.ana], components=[STEPS])
    contract = sign(4)
    pays(contract, 56_500)
    pays(contract, 56_500)
    period = period_for(SYSTEM, today())

    (cost,) = plan_costs_of(period)
    assert (cost.facts, cost.sales, cost.margin, cost.earned) == (1, D(100_000), D(40_000), D(3000))

    dee = actor(selling.cam)
    ask = {"first": f"{today():%Y}-01-01", "last": f"{today():%Y}-12-31"}
    for name, due in ((f"version:{version.pk}", "3000.00"), ("preset:flat", "10000.00")):
        found = trial_run(dee, Ask(plan=name, against=f"version:{version.pk}", **ask))
        assert found["cost"]["after"] == due
        assert (found["cost"]["before"], found["cost"]["amount"]) == ("3000.00", "200000.00")


def test_what_a_payment_earned_is_corrected_at_once(
    selling: Cast, sign: Any, pays: Pay, actor: Any
) -> None:
    wait = {"schedule": [{"event": "cash", "pct": 1, "prorata": True}]}
    version = plan_issued([selling.ana], components=[STEPS], release=wait)
    pays(sign(4), 56_500)
    better = version_after(
        version.plan, today(), components=[{**STEPS, "table": None, "base_rate": "0.1"}]
    )
    (earning,) = Earning.objects.all()

    row = earning_reprice(
        actor=actor(selling.cam), row=earning, plan_version=better, reason="Agreed"
    )
    row = correction_approve(actor=actor(selling.fay), row=row)
    row = correction_approve(actor=actor(selling.dee), row=row)
    Correction.objects.filter(pk=row.pk).update(notice_until=today())
    row.refresh_from_db()
    correction_acknowledge(actor=actor(selling.ana), row=row)

    assert earned() == [D(1500), D(3500)]
    assert balances(selling.ana) == {"expense": D(5000), "payable": D(5000)}


def test_a_discount_that_is_tried_leaves_less_to_come_in(
    selling: Cast, make_deal: Any, actor: Any
) -> None:
    plan_issued([selling.ana], components=[STEPS])
    ana = actor(selling.ana)
    deal = deal_of(ana, make_deal(amount=100_000))

    (now,) = deal_pay(ana, deal_wished(ana, deal, Wish(discount=D("0.1"))))

    assert now.adds == D(2700)
