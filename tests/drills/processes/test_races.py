"""Many people at the same record in the same moment: as many versions as successes, nothing twice, nothing lost.

Each race ends with the sum that a single person's doing would have left. Losers are refused with a reason, never with an error.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from tests.drills.business import Business, opened
from tonglu.compensation.carrying import versions_hold
from tonglu.compensation.models import Earning, LedgerEntry, PayPeriod, PlanVersion
from tonglu.compensation.services import periods
from tonglu.compensation.services.happenings import contract_release, contract_sign
from tonglu.compensation.tests.months import deal, plan_issued, version_after
from tonglu.customers.models import Account
from tonglu.entities import services
from tonglu.entities.services import record_create, record_run
from tonglu.finance.events import ContractCollected
from tonglu.finance.models import Allocation, Collection, Expense, Invoice
from tonglu.finance.services import collection_allocate, invoice_from_contract
from tonglu.kernel.errors import DomainError
from tonglu.orders.models import Contract, ContractLine
from tonglu.policy import actor_of
from tonglu.policy.testing import Cast
from tonglu.sales.models import Opportunity
from tonglu.sales.totals import totals_fold, totals_rebuild
from tonglu.toolkit.jobs import drain
from tools.drills.fixture import Drill

from .called import moves, same_keys, stages
from .together import Race, at_once

D = Decimal
DAY = date(2026, 3, 10)
MOST_CONNECTIONS = 90
"""The server takes a hundred, and some stand open already."""

pytestmark = pytest.mark.django_db(transaction=True)


def contract_signed(business: Business, quantity: int = 1) -> Contract:
    """A signed contract of pumps at 56,500 each, VAT included."""
    account = Account.objects.first() or business.step(
        "account",
        lambda: record_create(actor=business.actor("ana"), model=Account, values={"name": "Acme"}),
    )
    line = {"product": business.pump, "quantity": D(quantity)}
    made = record_create(
        actor=business.actor("ana"),
        model=Contract,
        values={"account": account, "currency": "CNY"},
        lines={ContractLine: [line]},
    )
    signed: Contract = record_run(
        actor=business.actor("ana"), row=made, verb="sign", params={"signed_on": DAY}
    )
    return signed


def receipt(business: Business, amount: int, day: date = DAY) -> Collection:
    """Money from the customer."""
    values = {
        "account": Account.objects.get(),
        "amount": D(amount),
        "received_on": day,
        "currency": "CNY",
    }
    made: Collection = record_create(actor=business.actor("fay"), model=Collection, values=values)
    return made


def allocations(business: Business, number: int) -> Race:
    """One receipt of ten shares, and everybody wants a share of it for the same invoice."""
    contract = contract_signed(business, number)
    fay = business.actor("fay")
    invoice = record_run(
        actor=fay, row=invoice_from_contract(actor=fay, contract_id=contract.pk), verb="issue"
    )
    money = receipt(business, 1000)
    outcomes = at_once(
        number, lambda _n: collection_allocate(actor=fay, row=money, amount=D(100), invoice=invoice)
    )
    money.refresh_from_db()
    paid = Invoice.objects.get(pk=invoice.pk).collected_amount
    due = min(D(1000), D(100) * number)
    return Race(outcomes=outcomes, found=(money.allocated_amount, paid), due=(due, due))


def advances(business: Business, number: int) -> Race:
    """Everybody has a receipt of their own that pays the whole of one contract."""
    contract = contract_signed(business)
    fay, money = business.actor("fay"), [receipt(business, 56_500) for _ in range(number)]
    outcomes = at_once(
        number,
        lambda n: collection_allocate(
            actor=fay, row=money[n], amount=contract.amount, contract=contract
        ),
    )
    paid = Allocation.objects.filter(contract=contract).aggregate(sum=Sum("amount"))["sum"]
    return Race(outcomes=outcomes, found=paid, due=contract.amount)


def refunds(business: Business, number: int) -> Race:
    """What one contract was paid with is given back by everybody, each from another receipt."""
    contract = contract_signed(business)
    fay, money = business.actor("fay"), [receipt(business, 56_500) for _ in range(number)]
    collection_allocate(actor=fay, row=money[0], amount=contract.amount, contract=contract)
    params = {"amount": contract.amount, "contract": contract, "on": DAY, "reason": "Returned"}
    outcomes = at_once(
        number, lambda n: record_run(actor=fay, row=money[n], verb="refund", params=dict(params))
    )
    left = Allocation.objects.filter(contract=contract).aggregate(sum=Sum("amount"))["sum"]
    return Race(
        outcomes=outcomes,
        found=(left, Collection.objects.filter(kind="refund").count()),
        due=(0, 1),
    )


def approvals(business: Business, number: int) -> Race:
    """One expense is approved by everybody at once."""
    values = {"title": "Trip", "spent_on": DAY}
    row = record_create(actor=business.actor("ana"), model=Expense, values=values)
    Expense.objects.filter(pk=row.pk).update(state="submitted", amount=100)
    fay = business.actor("fay")
    outcomes = at_once(number, lambda _n: record_run(actor=fay, row=row, verb="approve"))
    row.refresh_from_db()
    return Race(outcomes=outcomes, found=(row.state, outcomes["done"]), due=("approved", 1))


def merges(business: Business, number: int) -> Race:
    """Two customers are merged by everybody at once."""
    dee = business.actor("dee")
    kept, gone = (
        record_create(actor=dee, model=Account, values={"name": name})
        for name in ("Acme", "Acme 2")
    )
    params = {"into": kept, "confirmed": True}
    outcomes = at_once(
        number, lambda _n: record_run(actor=dee, row=gone, verb="merge", params=dict(params))
    )
    left = Account.objects.filter(deleted_at__isnull=True).values_list("name", flat=True)
    return Race(outcomes=outcomes, found=(list(left), outcomes["done"]), due=(["Acme"], 1))


def payouts(business: Business, number: int) -> Race:
    """One month is paid out by everybody at once."""
    contract = contract_signed(business, 4)
    collection_allocate(
        actor=business.actor("fay"),
        row=receipt(business, 300_000),
        amount=contract.amount,
        contract=contract,
    )
    drain()
    cam, row = business.actor("cam"), PayPeriod.objects.get()
    for verb in ("calculate", "review", "approve"):
        record_run(actor=cam, row=row, verb=verb)
    outcomes = at_once(number, lambda _n: periods.period_pay(actor=cam, row=row))
    paid = LedgerEntry.objects.filter(kind="paid").aggregate(sum=Sum("amount"))["sum"]
    return Race(outcomes=outcomes, found=paid, due=Earning.objects.get().amount)


def bookings(business: Business, number: int) -> Race:
    """Contracts of one payee are booked by several workers at once; a rate that climbs needs them one after the other."""
    from tonglu.compensation.services.earning import contract_earn
    from tonglu.orders.services.contracts import _signed

    events = [_signed(contract_signed(business, 3)) for _ in range(number)]

    def book(place: int) -> None:
        with transaction.atomic():
            contract_earn(events[place])

    outcomes = at_once(number, book)
    together = Earning.objects.aggregate(sum=Sum("amount"))["sum"]
    return Race(outcomes=outcomes, found=together, due=_one_by_one(business, number))


def versions_met(business: Business, number: int) -> Race:
    """Contracts of one payee under two versions of a plan are booked at once: nobody is refused, and what comes later counts on from all that was booked before it."""
    first = PlanVersion.objects.get()
    later = version_after(first.plan, DAY, **first.definition)

    def book(place: int) -> None:
        with transaction.atomic():
            for version in versions_hold([(first, later)[place % 2].pk]).values():
                deal(version, business.cast.ana, DAY, 150_000)

    outcomes = at_once(number, book)
    booked: dict[int, int] = {first.pk: 0, later.pk: 0}
    found, due = [], []
    for earning in Earning.objects.order_by("fact_id"):
        counted = booked[first.pk] + (
            booked[later.pk] if earning.plan_version_id == later.pk else 0
        )
        found.append(D(earning.trace[0].get("before", "0")))
        due.append(D(counted))
        booked[earning.plan_version_id] += 150_000
    return Race(outcomes=outcomes, found=(outcomes["done"], found), due=(number, due))


def payments(business: Business, number: int) -> Race:
    """Customers pay contracts of one payee at once, and each payment is heard of twice: each counts once, on from all that came before it."""
    from tonglu.orders.services.contracts import _signed

    number = min(number, MOST_CONNECTIONS // 2)
    component = {"id": "collected", "clause": "1", "window": "year", "measure": "received"}
    plan_issued([business.cast.ana], code="money", components=[component | {"base_rate": "0.1"}])
    contracts = [contract_signed(business) for _ in range(number)]
    for contract in contracts:
        contract_sign(_signed(contract))

    def pay(place: int) -> None:
        paid = contracts[place % number]
        contract_release(
            ContractCollected(
                allocation_id=paid.pk,
                collection_id=paid.pk,
                contract_id=paid.pk,
                received_on=DAY,
                amount=paid.amount / 2,
                currency="CNY",
            )
        )

    outcomes = at_once(2 * number, pay)
    rows = Earning.objects.filter(component="collected").order_by("fact_id")
    found = [(D(one.trace[0].get("before", "0")), one.released_amount) for one in rows]
    due = [(D(25_000) * place, D(2500)) for place in range(number)]
    return Race(outcomes=outcomes, found=(outcomes["done"], found), due=(2 * number, due))


def _one_by_one(business: Business, number: int) -> Decimal:
    """What as many contracts earn a payee for whom nobody hurries."""
    from tonglu.compensation.services.earning import contract_earn
    from tonglu.orders.services.contracts import _signed

    version = PlanVersion.objects.get()
    member = {"plan": version.plan, "person": business.cast.ben, "valid_from": date(2026, 1, 1)}
    record_create(actor=business.actor("cam"), model=version.plan.members.model, values=member)
    quiet = Business(cast=business.cast, pump=business.pump)
    quiet.actor = lambda _name: actor_of(business.cast.ben)  # type: ignore[method-assign]
    Account.objects.update(owner=business.cast.ben)
    for _turn in range(number):
        with transaction.atomic():
            contract_earn(_signed(contract_signed(quiet, 3)))
    found = Earning.objects.filter(owner=business.cast.ben).aggregate(sum=Sum("amount"))
    return Decimal(found["sum"])


def totals(business: Business, number: int) -> Race:
    """Everybody makes, changes, wins and trashes deals while the running totals are folded and counted anew."""
    account = record_create(actor=business.actor("ana"), model=Account, values={"name": "Acme"})
    ana = business.actor("ana")

    def deal(place: int) -> None:
        for turn in range(4):
            values = {"name": f"Deal {place}-{turn}", "account": account, "amount": D(100 + place)}
            row = record_create(actor=ana, model=Opportunity, values=values)
            if turn == 1:
                (totals_fold, totals_rebuild)[place % 2]()
            services.record_update(actor=ana, row=row, values={"amount": D(7)})
            with suppress(DomainError):
                verb = "win" if turn % 2 else "lose"
                record_run(actor=ana, row=row, verb=verb, params={"reason": None, "note": ""})
            if turn == 3:
                services.record_trash(actor=ana, row=row)

    outcomes = at_once(number, deal)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sales_totals_wrong()")
        wrong = cursor.fetchone()[0]
    return Race(outcomes=outcomes, found=(wrong, Opportunity.objects.count()), due=(0, number * 4))


def numbers(business: Business, number: int) -> Race:
    """Everybody writes a contract: numbers are all different and leave no gap."""
    account = record_create(actor=business.actor("ana"), model=Account, values={"name": "Acme"})
    ana = business.actor("ana")
    outcomes = at_once(
        number,
        lambda _n: record_create(
            actor=ana, model=Contract, values={"account": account, "currency": "CNY"}
        ),
    )
    found = sorted(int(one[-4:]) for one in Contract.objects.values_list("number", flat=True))
    return Race(outcomes=outcomes, found=found, due=list(range(1, number + 1)))


RACES: dict[str, Callable[..., Race]] = {
    one.__name__: one
    for one in (
        moves,
        stages,
        allocations,
        advances,
        refunds,
        approvals,
        merges,
        payouts,
        bookings,
        versions_met,
        payments,
        totals,
        numbers,
        same_keys,
    )
}


@pytest.mark.parametrize("name", RACES)
def test_many_at_once_leave_what_one_would_leave(
    cast: Cast, drill: Drill, settings: Any, name: str
) -> None:
    settings.API_CALLS_PER_MINUTE = 0
    number = min(drill.size(6, 64), MOST_CONNECTIONS)
    more = {"turns": drill.size(6, 200)} if name in {"moves", "stages"} else {}

    race = RACES[name](opened(cast), number, **more)

    drill.holds(
        f"{name}: results that are not as one person would leave them", race.faults, of=number
    )


@pytest.mark.parametrize("name", ["refunds", "bookings", "versions_met", "payments"])
def test_planted_rows_that_nobody_holds_are_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    business = opened(cast)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows.all())

    assert RACES[name](business, 6).faults


def test_planted_versions_that_nobody_compares_are_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    business = opened(cast)
    monkeypatch.setattr(services, "_refuse_stale", lambda *_given: None)

    assert moves(business, 6).faults
    assert stages(business, 6).faults
