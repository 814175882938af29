"""Closing a month of pay: calculate, review, approve, lock, pay; and reopen it, with a reason, until it is locked.

Approving freezes the statements, locking books what the payment rules ask for, paying pays what the statements say. Months are approved in
their order, each after the one before was paid, so that no month pays what another is about to pay. The same rules stand in the database,
as triggers (`migrations/0006`), for whoever comes by another way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from tonglu.audit.services import context
from tonglu.compensation.events import StatementReady
from tonglu.compensation.models import PayPeriod, PeriodEvent, Statement
from tonglu.entities.services import record_update
from tonglu.entities.spec import Refusal
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import now, today
from tonglu.toolkit.events import publish

from .books import books_open
from .disputes import (
    DISPUTE_DAYS,
    dispute_adjust,
    dispute_reject,
    may_acknowledge,
    may_answer,
    may_decide,
    may_dispute,
    statement_acknowledge,
    statement_dispute,
    statement_save,
)
from .ledger import Kind, Movement, month_after, move
from .paying import payments_book
from .statements import payees_of, statement_make
from .windows.booking import windows_book, windows_waiting

__all__ = [
    "dispute_adjust",
    "dispute_reject",
    "may_acknowledge",
    "may_answer",
    "may_decide",
    "may_dispute",
    "statement_acknowledge",
    "statement_dispute",
]

ZERO = Decimal(0)
WINDOW_ENDED = "A window of pay has ended since."
State = PayPeriod.State
STEPS: Mapping[str, tuple[str, ...]] = {
    State.CALCULATED: (State.OPEN, State.CALCULATED),
    State.IN_REVIEW: (State.CALCULATED,),
    State.APPROVED: (State.CALCULATED, State.IN_REVIEW),
    State.LOCKED: (State.APPROVED,),
    State.PAID: (State.LOCKED,),
    State.OPEN: (State.CALCULATED, State.IN_REVIEW, State.APPROVED),
}
"""From which states a state is reached."""


def period_calculate(*, actor: Actor, row: PayPeriod) -> PayPeriod:
    """Work out the windows that end with the month, and make, or make again, the statement of everybody with a movement, a plan or a balance."""
    with context(actor, verb="compensation.payperiod.calculated"):
        current = _locked(row, State.CALCULATED)
        if current.state != State.OPEN and windows_waiting(current):
            current = _step(actor, current, State.OPEN, reason=WINDOW_ENDED)
        if current.state == State.OPEN:
            last = month_after(current.first_day) - timedelta(days=1)
            windows_book(actor, current, last)
        _statements_make(actor, current)
        return _step(
            actor,
            current,
            State.CALCULATED,
            calculated_at=now(),
            total_earned=_sum(current, Kind.EARNED),
            total_released=_sum(current, Kind.RELEASED),
        )


def period_review(*, actor: Actor, row: PayPeriod) -> PayPeriod:
    """Hand the calculated month to whoever looks it over."""
    with context(actor, verb="compensation.payperiod.in_review"):
        return _step(actor, _locked(row, State.IN_REVIEW), State.IN_REVIEW)


def period_approve(*, actor: Actor, row: PayPeriod) -> PayPeriod:
    """Approve a calculated month: what its statements say is final. Refused when something has moved since."""
    with context(actor, verb="compensation.payperiod.approved"):
        current = _locked(row, State.APPROVED)
        _refuse_out_of_turn(current)
        if _statements_make(actor, current):
            raise DomainError(
                N_("Something has moved since this month was calculated."),
                code="stale",
                next_step=N_("Calculate it again and look at what changed."),
            )
        until = today(actor) + timedelta(days=DISPUTE_DAYS)
        current.statements.update(dispute_until=until)
        for pk, payee in current.statements.values_list("pk", "owner_id"):
            publish(StatementReady(statement_id=pk, person_id=payee))
        return _step(actor, current, State.APPROVED, approved_at=now())


def period_lock(*, actor: Actor, row: PayPeriod) -> PayPeriod:
    """Book what the payment rules ask for; from here on nothing of the month changes."""
    with context(actor, verb="compensation.payperiod.locked"):
        current = _locked(row, State.LOCKED)
        payments_book(actor, current)
        return _step(actor, current, State.LOCKED, locked_at=now())


def period_pay(*, actor: Actor, row: PayPeriod) -> PayPeriod:
    """Pay out what the statements say, locking the month first; asked a second time, it pays nothing."""
    with context(actor, verb="compensation.payperiod.paid"):
        current = _fresh(row)
        if current.state == State.PAID:
            return current
        if current.state == State.APPROVED:
            current = period_lock(actor=actor, row=current)
        current = _locked(current, State.PAID)
        total = ZERO
        due = current.statements.filter(Q(payable__gt=0) | Q(paid__gt=0))
        for statement in due.select_related("owner").order_by("pk"):
            total += _pay(actor, current, statement)
        return _step(actor, current, State.PAID, paid_at=now(), total_paid=total)


def period_reopen(*, actor: Actor, row: PayPeriod, reason: str) -> PayPeriod:
    """Open a month again that is not locked; the step and its reason stay."""
    with context(actor, verb="compensation.payperiod.reopened", reason=reason):
        current = _locked(row, State.OPEN)
        return _step(
            actor, current, State.OPEN, reason=reason, calculated_at=None, approved_at=None
        )


def may_become(state: str) -> Any:
    """A rule that refuses a verb unless the period can go to that state from where it is."""

    def when(_actor: Actor, row: PayPeriod) -> Refusal | None:
        if row.state not in STEPS[state]:
            return Refusal(
                reason=_("The period is %(state)s.") % {"state": row.get_state_display()}
            )
        return out_of_turn(row) if state == State.APPROVED else None

    return when


def may_be_paid(_actor: Actor, row: PayPeriod) -> Refusal | None:
    """Why a month cannot be paid now."""
    if row.state in {State.APPROVED, State.LOCKED}:
        return None
    return Refusal(reason=_("The period is %(state)s.") % {"state": row.get_state_display()})


def out_of_turn(row: PayPeriod) -> Refusal | None:
    """The earlier month that has to be paid first."""
    earlier = PayPeriod.objects.filter(first_day__lt=row.first_day).exclude(state=State.PAID)
    used = earlier.filter(Q(statements__isnull=False) | Q(entries__isnull=False))
    first = used.order_by("first_day").first()
    if first is None:
        return None
    return Refusal(
        reason=_("%(month)s comes first: it is %(state)s.")
        % {"month": str(first), "state": first.get_state_display()},
        next_step=_("Close the earlier month."),
    )


def _statements_make(actor: Actor, row: PayPeriod) -> bool:
    """Make all statements; says whether any of them changed."""
    before = dict(row.statements.values_list("owner_id", "digest"))
    payees = payees_of(row)
    books = books_open(row, [person.pk for person in payees])
    made = {person.pk: statement_make(actor, row, person, books) for person in payees}
    gone = row.statements.exclude(owner_id__in=made).filter(disputes__isnull=True)
    gone.delete()
    return before != {owner_id: one.digest for owner_id, one in made.items()}


def _pay(actor: Actor, row: PayPeriod, statement: Statement) -> Decimal:
    movement = Movement(
        key=f"paid:{row.pk}:{statement.owner_id}",
        kind=Kind.PAID,
        person=statement.owner,
        amount=statement.payable,
        day=today(actor),
        sentence=f"Paid out for {row}.",
        sentence_zh=f"{row} 提成发放。",
    )
    move(actor, movement, row)
    statement_save(actor, statement, {"paid": statement.payable}, "paid")
    return Decimal(statement.payable)


def _fresh(row: PayPeriod) -> PayPeriod:
    return PayPeriod.objects.select_for_update(of=("self",)).get(pk=row.pk)


def _locked(row: PayPeriod, towards: str) -> PayPeriod:
    """The period as it stands, held until this transaction ends; refused when it cannot go there."""
    current = _fresh(row)
    if current.state not in STEPS[towards]:
        raise DomainError(
            N_("The period is %(state)s."),
            code="not_now",
            params={"state": current.get_state_display()},
        )
    return current


def _refuse_out_of_turn(row: PayPeriod) -> None:
    if refusal := out_of_turn(row):
        raise DomainError(refusal.reason, code="not_now", next_step=refusal.next_step)


def _sum(row: PayPeriod, kind: str) -> Decimal:
    return row.entries.filter(kind=kind).aggregate(sum=Sum("amount"))["sum"] or ZERO


def _step(
    actor: Actor, row: PayPeriod, state: str, *, reason: str = "", **values: Any
) -> PayPeriod:
    """Go to a state, and keep that it was done, by whom and why."""
    PeriodEvent.objects.create(
        period=row,
        from_state=row.state,
        to_state=state,
        reason=reason,
        created_by_id=actor.person_id,
    )
    saved: PayPeriod = record_update(
        actor=actor,
        row=row,
        values={"state": state, **values},
        act=None,
        verb=f"compensation.payperiod.{state}",
    )
    return saved
