"""Closing a month of pay: calculate statements, approve, pay; reopen with a reason; acknowledge and dispute.

A statement is made from the ledger and frozen with a fingerprint. Once a period is approved, what comes later lands in the next open
period as a line of its own.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tonglu.audit.services import context
from tonglu.compensation.models import Dispute, LedgerEntry, PayPeriod, PlanMember, Statement
from tonglu.directory.models import Person
from tonglu.entities.services import record_create, record_update
from tonglu.entities.spec import Refusal
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import now, today

from .ledger import Account, Kind, Movement, balance, month_after, move, period_for

ZERO = Decimal(0)
ANSWER_DAYS = 10
State = PayPeriod.State


def period_calculate(*, actor: Actor, row: PayPeriod) -> PayPeriod:
    """Make, or make again, the statement of everybody who has a movement in the month or a balance."""
    with context(actor, verb="compensation.payperiod.calculated"):
        for person in _payees(row):
            _statement(actor, row, person)
        return _save(
            actor,
            row,
            state=State.CALCULATED,
            calculated_at=now(),
            total_earned=_sum(row, "earned"),
            total_released=_sum(row, "released"),
        )


def period_approve(*, actor: Actor, row: PayPeriod) -> PayPeriod:
    """Approve a calculated month: its statements are final."""
    return _save(actor, row, state=State.APPROVED, approved_at=now())


def period_pay(*, actor: Actor, row: PayPeriod) -> PayPeriod:
    """Pay out what is payable to everybody with a statement; the ledger's keys refuse to do it twice."""
    with context(actor, verb="compensation.payperiod.paid"):
        total = ZERO
        for statement in row.statements.select_related("owner").order_by("pk"):
            total += _pay(actor, row, statement)
        return _save(actor, row, state=State.PAID, paid_at=now(), total_paid=total)


def period_reopen(*, actor: Actor, row: PayPeriod, reason: str) -> PayPeriod:
    """Open a month again that is calculated or approved but not paid; the reason stays in the trail."""
    with context(actor, verb="compensation.payperiod.reopened", reason=reason):
        return _save(actor, row, state=State.OPEN, calculated_at=None, approved_at=None)


def statement_acknowledge(*, actor: Actor, row: Statement) -> Statement:
    """The payee has read it and agrees."""
    return _statement_save(
        actor,
        row,
        {"state": Statement.State.ACKNOWLEDGED, "acknowledged_at": now()},
        "acknowledged",
    )


def statement_dispute(*, actor: Actor, row: Statement, text: str, earning: Any = None) -> Dispute:
    """The payee says what is wrong; an answer is due within ten days."""
    if earning is not None and earning.owner_id != row.owner_id:
        raise Invalid({"earning": [N_("This earning is somebody else's.")]})
    with context(actor, verb="compensation.statement.disputed", reason=text[:200]):
        made: Dispute = record_create(
            actor=actor,
            model=Dispute,
            values={
                "owner": row.owner,
                "statement": row,
                "earning": earning,
                "text": text,
                "answer_due_on": today(actor) + timedelta(days=ANSWER_DAYS),
            },
            act=None,
        )
        _statement_save(actor, row, {"state": Statement.State.DISPUTED}, "disputed")
    return made


def dispute_adjust(*, actor: Actor, row: Dispute, amount: Decimal, answer: str) -> Dispute:
    """Grant a dispute: an adjustment in the open period, with its reason in words."""
    with context(actor, verb="compensation.dispute.adjusted", reason=answer[:200]):
        day = today(actor)
        movement = Movement(
            key=f"dispute:{row.pk}",
            kind=Kind.ADJUSTED,
            person=row.owner,
            amount=amount,
            day=day,
            earning=row.earning,
            sentence=answer,
            sentence_zh=answer,
        )
        move(actor, movement, period_for(actor, day))
        return _answer(actor, row, Dispute.State.ADJUSTED, answer, amount)


def dispute_reject(*, actor: Actor, row: Dispute, answer: str) -> Dispute:
    """Explain why the statement is right."""
    return _answer(actor, row, Dispute.State.REJECTED, answer, None)


def may_be(*states: str) -> Any:
    """A rule that refuses a verb unless the period is in one of the states."""

    def when(_actor: Actor, row: PayPeriod) -> Refusal | None:
        if row.state in states:
            return None
        return Refusal(reason=_("The period is %(state)s.") % {"state": row.get_state_display()})

    return when


def may_answer(actor: Actor, row: Statement) -> Refusal | None:
    """Why a statement cannot be acknowledged or disputed now, by this person."""
    if row.owner_id not in actor.own_ids:
        return Refusal(reason=_("Only its payee answers a statement."))
    if row.state == Statement.State.ACKNOWLEDGED:
        return Refusal(reason=_("You have acknowledged it already."))
    return None


def may_decide(actor: Actor, row: Dispute) -> Refusal | None:
    """Why a dispute cannot be answered now, by this person."""
    if row.state != Dispute.State.OPEN:
        return Refusal(reason=_("It has been answered."))
    if row.owner_id in actor.own_ids:
        return Refusal(reason=_("Nobody answers their own dispute."))
    return None


def _payees(row: PayPeriod) -> list[Person]:
    """Whoever has a movement in the month, and everybody on a plan in it: nothing earned is said as well."""
    moved = Q(pk__in=row.entries.values("owner_id"))
    last = month_after(row.first_day) - timedelta(days=1)
    members = PlanMember.objects.filter(valid_from__lte=last, deleted_at__isnull=True)
    members = members.exclude(valid_until__lt=row.first_day)
    return list(Person.objects.filter(moved | Q(pk__in=members.values("person_id"))).order_by("pk"))


def _statement(actor: Actor, row: PayPeriod, person: Person) -> None:
    entries = row.entries.filter(owner=person).order_by("day", "pk")
    sums = {kind: _of(entries, kind) for kind in Kind.values}
    held_after = _held_until(row, person)
    lines = [
        _line(entry) for entry in entries.select_related("earning__contract", "earning__account")
    ]
    body = {
        "held_before": held_after - sums[Kind.EARNED] + sums[Kind.RELEASED] - sums[Kind.TAKEN_BACK],
        "earned": sums[Kind.EARNED],
        "released": sums[Kind.RELEASED],
        "adjusted": sums[Kind.ADJUSTED],
        "payable": max(balance(person.pk, Account.PAYABLE), ZERO),
        "held_after": held_after,
        "lines": lines,
    }
    digest = hashlib.sha256(
        orjson.dumps(body, default=str, option=orjson.OPT_SORT_KEYS)
    ).hexdigest()
    values = {"digest": digest, "state": Statement.State.ISSUED, "acknowledged_at": None, **body}
    existing = Statement.objects.filter(period=row, owner=person).first()
    if existing is None:
        key = {"owner": person, "period": row}
        record_create(actor=actor, model=Statement, values={**key, **values}, act=None)
    elif existing.digest != digest:
        record_update(actor=actor, row=existing, values=values, act=None)


def _held_until(row: PayPeriod, person: Person) -> Decimal:
    moved = LedgerEntry.objects.filter(owner=person, period__first_day__lte=row.first_day)
    return _of(moved, Kind.EARNED) - _of(moved, Kind.RELEASED) + _of(moved, Kind.TAKEN_BACK)


def _line(entry: LedgerEntry) -> dict[str, Any]:
    earning = entry.earning
    return {
        "entry": entry.pk,
        "kind": entry.kind,
        "day": entry.day.isoformat(),
        "amount": str(entry.amount),
        "earning": earning.pk if earning else None,
        "contract": str(earning.contract) if earning and earning.contract else "",
        "contract_id": earning.contract_id if earning else None,
        "account": str(earning.account) if earning and earning.account else "",
        "component": earning.component if earning else "",
        "en": entry.sentence,
        "zh": entry.sentence_zh or entry.sentence,
    }


def _pay(actor: Actor, row: PayPeriod, statement: Statement) -> Decimal:
    amount = max(balance(statement.owner_id or 0, Account.PAYABLE), ZERO)
    movement = Movement(
        key=f"paid:{row.pk}:{statement.owner_id}",
        kind=Kind.PAID,
        person=statement.owner,
        amount=amount,
        day=today(actor),
        sentence=f"Paid out for {row}.",
        sentence_zh=f"{row} 提成发放。",
    )
    move(actor, movement, row)
    _statement_save(actor, statement, {"paid": amount}, "paid")
    return amount


def _of(entries: QuerySet[LedgerEntry], kind: str) -> Decimal:
    return Decimal(entries.filter(kind=kind).aggregate(sum=Sum("amount"))["sum"] or 0)


def _sum(row: PayPeriod, kind: str) -> Decimal:
    return _of(row.entries.all(), kind)


def _save(actor: Actor, row: PayPeriod, **values: Any) -> PayPeriod:
    saved: PayPeriod = record_update(
        actor=actor,
        row=row,
        values=values,
        act=None,
        verb=f"compensation.payperiod.{values['state']}",
    )
    return saved


def _statement_save(actor: Actor, row: Statement, values: dict[str, Any], verb: str) -> Statement:
    saved: Statement = record_update(
        actor=actor, row=row, values=values, act=None, verb=f"compensation.statement.{verb}"
    )
    return saved


def _answer(actor: Actor, row: Dispute, state: str, answer: str, amount: Decimal | None) -> Dispute:
    if refusal := may_decide(actor, row):
        raise DomainError(refusal.reason, code="not_now")
    saved: Dispute = record_update(
        actor=actor,
        row=row,
        values={"state": state, "answer": answer, "adjustment": amount, "answered_at": now()},
        act=None,
        verb=f"compensation.dispute.{state}",
    )
    return saved
