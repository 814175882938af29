"""Months are closed step by step, once, and what is closed stays as it is, whoever writes."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tonglu.compensation.models import LedgerEntry, PayPeriod, PeriodEvent, Statement
from tonglu.compensation.services import periods
from tonglu.compensation.services.ledger import Kind, Movement, move, period_for
from tonglu.entities.services import record_run
from tonglu.kernel.errors import DomainError
from tonglu.policy.testing import Cast

from .months import SYSTEM, D, balances, deal, month_closed, plan_issued

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def test_a_month_goes_through_every_state_and_each_step_stays(cast: Cast, actor: Any) -> None:
    version = plan_issued([cast.ana])
    deal(version, cast.ana, date(2026, 1, 9), 1000)
    period = PayPeriod.objects.get()
    cam, fay = actor(cast.cam), actor(cast.fay)

    record_run(actor=cam, row=period, verb="calculate")
    record_run(actor=cam, row=period, verb="review")
    record_run(actor=cam, row=period, verb="reopen", params={"reason": "A receipt is missing"})
    for verb, who in (("calculate", cam), ("review", cam), ("approve", fay)):
        record_run(actor=who, row=period, verb=verb)
    record_run(actor=cam, row=period, verb="lock")
    record_run(actor=cam, row=period, verb="pay")

    told = list(PeriodEvent.objects.values_list("to_state", "reason", "created_by__name"))
    assert told == [
        ("calculated", "", "Cam"),
        ("in_review", "", "Cam"),
        ("open", "A receipt is missing", "Cam"),
        ("calculated", "", "Cam"),
        ("in_review", "", "Cam"),
        ("approved", "", "Fay"),
        ("locked", "", "Cam"),
        ("paid", "", "Cam"),
    ]
    statement = Statement.objects.get(owner=cast.ana)
    assert (statement.earned, statement.payable, statement.paid) == (D(100), D(100), D(100))
    assert balances(cast.ana) == {"expense": D(100), "cash": D(100)}


def test_a_locked_month_is_not_opened_again(cast: Cast, actor: Any) -> None:
    deal(plan_issued([cast.ana]), cast.ana, date(2026, 1, 9), 1000)
    period = month_closed(JANUARY, until="locked")

    with pytest.raises(DomainError, match="The period is locked"):
        periods.period_reopen(actor=actor(cast.cam), row=period, reason="Please")

    period.refresh_from_db()
    assert period.state == "locked"


def test_months_are_approved_in_their_order(cast: Cast, actor: Any) -> None:
    version = plan_issued([cast.ana])
    deal(version, cast.ana, date(2026, 1, 9), 1000)
    deal(version, cast.ana, date(2026, 2, 9), 2000)
    february = periods.period_calculate(actor=SYSTEM, row=period_for(SYSTEM, FEBRUARY))

    with pytest.raises(DomainError, match="2026-01 comes first"):
        record_run(actor=actor(cast.fay), row=february, verb="approve")
    month_closed(JANUARY)
    month_closed(FEBRUARY)

    paid = dict(Statement.objects.filter(owner=cast.ana).values_list("period__first_day", "paid"))
    assert paid == {JANUARY: D(100), FEBRUARY: D(200)}


def test_a_month_that_moved_since_it_was_calculated_is_not_approved(cast: Cast) -> None:
    version = plan_issued([cast.ana])
    deal(version, cast.ana, date(2026, 1, 9), 1000)
    period = periods.period_calculate(actor=SYSTEM, row=PayPeriod.objects.get())
    periods.period_reopen(actor=SYSTEM, row=period, reason="One more")
    deal(version, cast.ana, date(2026, 1, 19), 500)
    PayPeriod.objects.update(state="calculated")

    with pytest.raises(DomainError, match="moved since"):
        periods.period_approve(actor=SYSTEM, row=period)

    assert PayPeriod.objects.get().state == "calculated"


def test_what_comes_late_lands_in_the_open_month(cast: Cast) -> None:
    version = plan_issued([cast.ana])
    deal(version, cast.ana, date(2026, 1, 9), 1000)
    month_closed(JANUARY)

    deal(version, cast.ana, date(2026, 1, 20), 500)
    deal(version, cast.ana, date(2025, 12, 20), 700)

    placed = LedgerEntry.objects.filter(kind="earned").values_list("amount", "period__first_day")
    assert sorted(placed) == [(D(50), FEBRUARY), (D(70), FEBRUARY), (D(100), JANUARY)]


CHANGES = {
    "the period": "UPDATE compensation_payperiod SET total_paid = total_paid + 1",
    "its state": "UPDATE compensation_payperiod SET state = 'open'",
    "its row": "DELETE FROM compensation_payperiod",
    "a statement's sum": "UPDATE compensation_statement SET earned = earned + 1",
    "what was paid": "UPDATE compensation_statement SET paid = paid + 1",
    "a statement's line": "UPDATE compensation_statement SET lines = '[]'",
    "a statement": "DELETE FROM compensation_statement",
    "a payment": "UPDATE compensation_planpayment SET payment = payment + 1",
    "a movement": "UPDATE compensation_ledgerentry SET amount = amount + 1",
    "its month": "UPDATE compensation_ledgerentry SET period_id = period_id + 1",
    "a leg": "UPDATE compensation_ledgerposting SET amount = amount + 1",
    "an earning": "UPDATE compensation_earning SET amount = amount + 1",
    "its trace": "UPDATE compensation_earning SET trace = '[]'",
    "a fact": "UPDATE compensation_payfact SET day = day + 1",
    "a step": "DELETE FROM compensation_periodevent",
    "the plan": "UPDATE compensation_planversion SET definition = '{}' WHERE state = 'issued'",
}


@pytest.mark.parametrize("sql", CHANGES.values(), ids=CHANGES)
def test_the_database_refuses_to_change_a_paid_month(cast: Cast, sql: str) -> None:
    version = plan_issued([cast.ana], payment=[{"type": "holdback", "pct": "0.1"}])
    deal(version, cast.ana, date(2026, 1, 9), 1000)
    month_closed(JANUARY)

    with pytest.raises(DatabaseError), transaction.atomic():
        _run(sql)


def test_nothing_is_booked_into_a_paid_month(cast: Cast) -> None:
    version = plan_issued([cast.ana])
    deal(version, cast.ana, date(2026, 1, 9), 1000)
    period = month_closed(JANUARY)

    for kind in (Kind.EARNED, Kind.RELEASED, Kind.HELD_BACK, Kind.PAID):
        with pytest.raises(DatabaseError, match="not booked"), transaction.atomic():
            move(SYSTEM, _movement(cast, kind, f"more:{kind}"), period)

    assert balances(cast.ana) == {"expense": D(100), "cash": D(100)}


@pytest.mark.django_db(transaction=True)
def test_two_who_pay_at_once_pay_once(cast: Cast) -> None:
    """Neither sees the other's movement: the database alone refuses the second one."""
    deal(plan_issued([cast.ana]), cast.ana, date(2026, 1, 9), 1000)
    period = month_closed(JANUARY, until="locked")
    both_began = threading.Barrier(2)
    outcomes: list[str] = []

    def pay() -> None:
        try:
            with transaction.atomic():
                assert not LedgerEntry.objects.filter(key="paid:race").exists()
                both_began.wait(timeout=10)
                outcomes.append("paid" if _booked(cast, period) else "nothing")
        except IntegrityError as refusal:
            outcomes.append("refused" if "key" in str(refusal) else str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=pay) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcomes) == ["paid", "refused"]
    assert LedgerEntry.objects.filter(kind="paid").count() == 1


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _booked(cast: Cast, period: PayPeriod) -> LedgerEntry:
    """A payment as a careless program would write it, without looking first."""
    return LedgerEntry.objects.create(
        key="paid:race", kind="paid", amount=D(100), day=JANUARY, period=period, owner=cast.ana
    )


def _movement(cast: Cast, kind: str, key: str) -> Movement:
    return Movement(key=key, kind=kind, person=cast.ana, amount=Decimal(1), day=JANUARY)
