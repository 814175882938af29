"""What a payee answers to a statement, and what is answered to them: acknowledged, or disputed, explained or adjusted.

A dispute is raised within a deadline and has a day by which an answer is due. Granting it makes a correction that its payee has asked for:
the second approval books it in the open period.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tonglu.audit.services import context
from tonglu.compensation.events import DisputeAnswered, DisputeRaised
from tonglu.compensation.models import Correction, Dispute, Statement
from tonglu.entities.services import record_create, record_update
from tonglu.entities.spec import Refusal
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import now, today
from tonglu.toolkit.events import publish

from .corrections import correction_approve, correction_propose

ANSWER_DAYS = 10
DISPUTE_DAYS = 30


def statement_acknowledge(*, actor: Actor, row: Statement) -> Statement:
    """The payee has read it and agrees."""
    return statement_save(
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
        statement_save(actor, row, {"state": Statement.State.DISPUTED}, "disputed")
        publish(DisputeRaised(dispute_id=made.pk, person_id=made.owner_id))
    return made


def dispute_adjust(*, actor: Actor, row: Dispute, amount: Decimal, answer: str) -> Dispute:
    """Grant a dispute: a correction with the decider's approval, which a second one books."""
    if refusal := may_decide(actor, row):
        raise DomainError(refusal.reason, code="not_now")
    with context(actor, verb="compensation.dispute.adjusted", reason=answer[:200]):
        made = correction_propose(
            actor=actor,
            person=row.owner,
            cause=Correction.Cause.DISPUTE,
            amount=amount,
            reason=answer,
            earning=row.earning,
            dispute=row,
            notice_days=0,
        )
        correction_approve(actor=actor, row=made)
        return _answer(actor, row, Dispute.State.ADJUSTED, answer, amount)


def dispute_reject(*, actor: Actor, row: Dispute, answer: str) -> Dispute:
    """Explain why the statement is right."""
    return _answer(actor, row, Dispute.State.REJECTED, answer, None)


def may_answer(actor: Actor, row: Statement) -> Refusal | None:
    """Why a statement cannot be acknowledged now, by this person."""
    if row.owner_id not in actor.own_ids:
        return Refusal(reason=_("Only its payee answers a statement."))
    if row.state == Statement.State.ACKNOWLEDGED:
        return Refusal(reason=_("You have acknowledged it already."))
    return None


def may_acknowledge(actor: Actor, row: Statement) -> Refusal | None:
    """Why a statement cannot be called right now, by this person: not while what they say is wrong waits for its answer."""
    if refusal := may_answer(actor, row):
        return refusal
    if row.disputes.filter(state=Dispute.State.OPEN).exists():
        return Refusal(
            reason=_("You have said that something is wrong with it."),
            next_step=_("Wait for the answer."),
        )
    return None


def may_dispute(actor: Actor, row: Statement) -> Refusal | None:
    """Why a statement cannot be disputed now, by this person."""
    if refusal := may_answer(actor, row):
        return refusal
    if row.dispute_until is not None and row.dispute_until < today(actor):
        return Refusal(
            reason=_("The time to dispute it ended on %(day)s.")
            % {"day": row.dispute_until.isoformat()},
            next_step=_("Ask for a correction."),
        )
    return None


def may_decide(actor: Actor, row: Dispute) -> Refusal | None:
    """Why a dispute cannot be answered now, by this person."""
    if row.state != Dispute.State.OPEN:
        return Refusal(reason=_("It has been answered."))
    if row.owner_id in actor.own_ids:
        return Refusal(reason=_("Nobody answers their own dispute."))
    return None


def statement_save(actor: Actor, row: Statement, values: dict[str, Any], verb: str) -> Statement:
    """Change what may change on a statement: its state, the payee's answer, what was paid."""
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
    publish(DisputeAnswered(dispute_id=saved.pk, person_id=saved.owner_id))
    return saved
