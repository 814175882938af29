"""Corrections, from the proposal to the line in the open period.

Proposed with a cause and a reason; approved by two people, neither of them its payee nor who proposed it; told to the payee, who
acknowledges or disputes it; heard; and booked when its notice has passed. Booking makes a fact, an earning and a movement of their own,
so that the correction follows the customer's money like the earning it corrects, and opens to its reason like every other line.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from tonglu.audit.services import context
from tonglu.compensation.carrying import carried_into
from tonglu.compensation.core.condensing import continued
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.core.shared import plan_with
from tonglu.compensation.core.storing import row_from_dict
from tonglu.compensation.core.trace import Row, Slice
from tonglu.compensation.events import CorrectionTold
from tonglu.compensation.models import Correction, Earning, PayFact, PlanVersion
from tonglu.compensation.neutral import (
    context_of,
    facts_recorded,
    money_of,
    payee_of,
    trace_json,
    version_named,
)
from tonglu.compensation.receiving import RECEIPT
from tonglu.compensation.selectors import quotas_of
from tonglu.compensation.stands import facts_before
from tonglu.directory.models import Person
from tonglu.directory.selectors import person_by_id
from tonglu.entities.services import record_create, record_update
from tonglu.entities.spec import Refusal
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import now, today
from tonglu.toolkit.events import publish
from tonglu.toolkit.jobs import task

from .earning import seller_named
from .ledger import Kind, Movement, move, period_for
from .receipts import PAYMENT
from .releasing import earning_follow, is_of_money

ZERO = Decimal(0)
SOURCE = "compensation.correction"
NOTICE_DAYS = 14
OF_FACTS = frozenset({"orders.contract", "collaboration.followup", PAYMENT})
"""What an earning is computed for by itself: a contract, a meeting that was held, a payment of the customer."""
State = Correction.State
EDITABLE = frozenset({State.PROPOSED})
BODY = ("owner_id", "cause", "earning_id", "amount", "reason", "notice_days")


def correction_propose(
    *,
    actor: Actor,
    person: Person | None,
    cause: str,
    amount: Decimal,
    reason: str,
    earning: Earning | None = None,
    **more: Any,
) -> Correction:
    """Propose that a person is paid more or less, for a cause and a reason that will stand on their statement."""
    made: Correction = record_create(
        actor=actor,
        model=Correction,
        values={
            "owner": person,
            "cause": cause,
            "amount": amount,
            "reason": reason,
            "earning": earning,
            **more,
        },
        act=None,
        verb="compensation.correction.proposed",
    )
    return made


def earning_reprice(
    *, actor: Actor, row: Earning, plan_version: PlanVersion, reason: str
) -> Correction:
    """Compute an earning again under another issued version of its plan and propose the difference; nothing moves by itself."""
    if row.fact.source_kind not in OF_FACTS:
        raise DomainError(
            N_("What was booked for a window, or corrected, is not computed again by itself."),
            code="not_a_sale",
            next_step=N_("Propose a correction with its amount."),
        )
    if plan_version.plan_id != row.plan_version.plan_id or plan_version.state != "issued":
        raise Invalid({"plan_version": [N_("Choose an issued version of the same plan.")]})
    found = [seller_named(one) for one in repriced(row, plan_version)]
    amount = sum((money_of(one.amount) for one in found), ZERO) - row.amount
    if amount == 0:
        raise Invalid({"plan_version": [N_("Under that version it is the same amount.")]})
    workings = {
        "version": str(plan_version.pk),
        "was": f"{row.amount:.2f}",
        "trace": [trace_json(one) for one in found],
        "en": " ".join(explain(one, "en") for one in found),
        "zh": "".join(explain(one, "zh") for one in found),
    }
    return correction_propose(
        actor=actor,
        person=row.owner,
        cause=Correction.Cause.PLAN_VERSION,
        amount=amount,
        reason=reason,
        earning=row,
        workings=workings,
    )


def repriced(row: Earning, version: PlanVersion) -> list[Row]:
    """What the engine says of an earning's fact under a version, after the facts that came before it; nothing is kept.

    Quotas are those that were told when the earning was computed: a target that moved since then is a correction of its own.
    """
    fact = row.fact
    people = set(fact.credits.values_list("person_id", flat=True))
    own = {fact.plan_version_id, version.pk}
    neutrals = [*facts_before(own, people, until=fact.pk), fact.neutral]
    plan, engine_version = version_named(version.definition, version.number)
    around = context_of(engine_version, quotas_of(version, people, row.created_at))
    carried = carried_into(
        version, people, people, (fact.day, fact.day), until=fact.pk, without=own
    )
    joined = plan_with(plan, carried.into(engine_version))
    result = evaluate(joined, facts_recorded(neutrals), around, before=carried.facts)
    payee, fact_id = payee_of(row.owner_id or 0), fact.neutral["id"]
    return [
        one
        for one in continued(result.trace, {}, engine_version.rounding, carried.paid)
        if (one.fact, one.payee, one.component) == (fact_id, payee, row.component)
    ]


def correction_prepare(_actor: Actor, row: Correction, before: Correction | None) -> None:
    """An amount and a reason always; less pay is told in advance; once somebody approved it, it says what it says."""
    errors: dict[str, list[str]] = {}
    if row.owner is None and row.earning is not None:
        row.owner = row.earning.owner
    if row.owner is None:
        errors["owner"] = [N_("Say whose pay it is.")]
    if not row.reason.strip():
        errors["reason"] = [N_("Say why: the payee will read it.")]
    if not row.amount:
        errors["amount"] = [N_("A correction of nothing corrects nothing.")]
    elif row.amount < 0 and row.notice_days < NOTICE_DAYS and row.dispute_id is None:
        errors["notice_days"] = [N_("Less pay is told at least 14 days before.")]
    if row.earning is not None and row.owner_id != row.earning.owner_id:
        errors["earning"] = [N_("This earning is somebody else's.")]
    if errors:
        raise Invalid(errors)
    changed = before is not None and any(getattr(row, n) != getattr(before, n) for n in BODY)
    if changed and before is not None and before.first_approver_id is not None:
        raise DomainError(
            N_("What somebody has approved is not edited."),
            code="approved",
            next_step=N_("Withdraw it and propose another."),
        )


def correction_approve(*, actor: Actor, row: Correction) -> Correction:
    """Give one of the two approvals; with the second the payee is told, and the days of notice begin."""
    if refusal := may_approve(actor, row):
        raise DomainError(refusal.reason, code="not_now", next_step=refusal.next_step)
    approver = person_by_id(actor.person_id or 0)
    with context(actor, verb="compensation.correction.approved", reason=row.reason[:200]):
        if row.first_approver_id is None:
            return _save(actor, row, first_approver=approver)
        saved = _save(
            actor,
            row,
            second_approver=approver,
            state=State.APPROVED,
            notice_until=today(actor) + timedelta(days=row.notice_days),
        )
        if saved.dispute_id is None:
            publish(CorrectionTold(correction_id=saved.pk, person_id=saved.owner_id))
            return saved
        asked = _save(actor, saved, state=State.ACKNOWLEDGED, answered_at=now())
        return _book_if_due(actor, asked)


def correction_acknowledge(*, actor: Actor, row: Correction) -> Correction:
    """The payee agrees; it is booked now, or when the notice has passed."""
    with context(actor, verb="compensation.correction.acknowledged"):
        saved = _save(actor, row, state=State.ACKNOWLEDGED, answered_at=now())
        return _book_if_due(actor, saved)


def correction_dispute(*, actor: Actor, row: Correction, text: str) -> Correction:
    """The payee does not agree, and says why; it stands still until they are answered."""
    return _save(actor, row, state=State.DISPUTED, answer=text, answered_at=now())


def correction_uphold(*, actor: Actor, row: Correction, answer: str) -> Correction:
    """Answer the payee and hold on to it; it is booked when the notice has passed."""
    with context(actor, verb="compensation.correction.upheld", reason=answer[:200]):
        return _book_if_due(actor, _save(actor, row, state=State.UPHELD, outcome=answer))


def correction_withdraw(*, actor: Actor, row: Correction, reason: str) -> Correction:
    """Take it back; nothing has moved and nothing will."""
    return _save(actor, row, state=State.WITHDRAWN, outcome=reason)


@task(name="compensation.corrections.book", cron="40 1 * * *")
def corrections_book(**_: object) -> None:
    """Book the corrections whose notice has passed."""
    actor = Actor.system("job")
    due = Correction.objects.filter(
        state__in=(State.ACKNOWLEDGED, State.UPHELD), notice_until__lte=today(actor)
    )
    for row in due.order_by("pk"):
        _book_if_due(actor, row)


def may_approve(actor: Actor, row: Correction) -> Refusal | None:
    """Why a correction cannot be approved now, by this person."""
    if row.state != State.PROPOSED:
        return _refused(row)
    if row.owner_id in actor.own_ids or actor.person_id is None:
        return Refusal(reason=_("Nobody approves a correction of their own pay."))
    if actor.person_id == row.first_approver_id:
        return Refusal(reason=_("You have approved it; it needs another person too."))
    if actor.person_id == row.created_by_id and row.dispute_id is None:
        return Refusal(reason=_("You proposed it; two others approve it."))
    return None


def may_respond(actor: Actor, row: Correction) -> Refusal | None:
    """Why a correction cannot be acknowledged or disputed now, by this person."""
    if row.owner_id not in actor.own_ids:
        return Refusal(reason=_("Only its payee answers a correction."))
    return None if row.state == State.APPROVED else _refused(row)


def may_uphold(actor: Actor, row: Correction) -> Refusal | None:
    """Why a disputed correction cannot be decided now, by this person."""
    if row.owner_id in actor.own_ids:
        return Refusal(reason=_("Nobody answers their own dispute."))
    return None if row.state == State.DISPUTED else _refused(row)


def may_withdraw(_actor: Actor, row: Correction) -> Refusal | None:
    """Why a correction cannot be taken back now."""
    return _refused(row) if row.state in {State.BOOKED, State.WITHDRAWN} else None


def _refused(row: Correction) -> Refusal:
    return Refusal(reason=_("The correction is %(state)s.") % {"state": row.get_state_display()})


def _book_if_due(actor: Actor, row: Correction) -> Correction:
    if row.notice_until is None or row.notice_until > today(actor):
        return row
    with context(actor, verb="compensation.correction.booked", reason=row.reason[:200]):
        if row.earning is not None:
            _book_as_earning(actor, row, row.earning)
        else:
            _book_plainly(actor, row)
        return _save(actor, row, state=State.BOOKED, booked_at=now())


def _book_as_earning(actor: Actor, row: Correction, corrected: Earning) -> None:
    """A fact and an earning beside the corrected one; what the customer has paid so far releases its share at once."""
    day = today(actor)
    fact = PayFact.objects.create(
        source_kind=SOURCE,
        source_id=row.pk,
        plan_version=corrected.plan_version,
        contract_id=corrected.contract_id,
        day=day,
        neutral={
            "id": f"correction:{row.pk}",
            "date": day.isoformat(),
            "amount": "0",
            **({"kind": RECEIPT} if is_of_money(corrected) else {}),
        },
    )
    made: Earning = record_create(
        actor=actor,
        model=Earning,
        values={
            "owner": row.owner,
            "fact": fact,
            "plan_version": corrected.plan_version,
            "component": corrected.component,
            "contract_id": corrected.contract_id,
            "account_id": corrected.account_id,
            "earned_on": day,
            "amount": row.amount,
            "trace": [trace_json(_row_of(row, corrected))],
            "sentence": _sentence(row, "en"),
            "sentence_zh": _sentence(row, "zh"),
        },
        act=None,
    )
    _move(actor, row, made)
    earning_follow(actor, made)


def _book_plainly(actor: Actor, row: Correction) -> None:
    _move(actor, row, None)
    released = Movement(
        key=f"correction-released:{row.pk}",
        kind=Kind.RELEASED,
        person=row.owner,
        amount=row.amount,
        day=today(actor),
        correction=row,
        sentence=_sentence(row, "en"),
        sentence_zh=_sentence(row, "zh"),
    )
    move(actor, released)


def _move(actor: Actor, row: Correction, earning: Earning | None) -> None:
    day = today(actor)
    movement = Movement(
        key=f"correction:{row.pk}",
        kind=Kind.CORRECTED,
        person=row.owner,
        amount=row.amount,
        day=day,
        earning=earning,
        correction=row,
        sentence=_sentence(row, "en"),
        sentence_zh=_sentence(row, "zh"),
    )
    move(actor, movement, period_for(actor, day))


def _row_of(row: Correction, corrected: Earning) -> Row:
    """The trace of a correction: one adjustment, on the clause of what it corrects."""
    amount = Fraction(row.amount)
    clause = row_from_dict(corrected.trace[0]).clause if corrected.trace else ""
    piece = Slice(kind="adjustment", portion=amount, rate=Fraction(1), amount=amount)
    return Row(
        payee=payee_of(row.owner_id or 0),
        component=corrected.component,
        kind="adjustment",
        amount=amount,
        fact=f"correction:{row.pk}",
        slices=(piece,),
        version=f"v{corrected.plan_version.number}",
        clause=clause,
        reason=row.reason,
    )


def _sentence(row: Correction, language: str) -> str:
    workings = row.workings.get(language, "")
    if language == "zh":
        return f"更正（{_CAUSES_ZH[row.cause]}）：{row.reason}{workings}"
    told = f"Correction ({Correction.Cause(row.cause).value.replace('_', ' ')}): {row.reason}"
    return f"{told} {workings}".strip()


_CAUSES_ZH: dict[str, str] = {
    Correction.Cause.PLAN_VERSION: "改用其他方案版本",
    Correction.Cause.TABLE: "费率表有误",
    Correction.Cause.REORGANISATION: "组织调整",
    Correction.Cause.CREDIT: "业绩归属有误",
    Correction.Cause.CHARGE: "内部费用",
    Correction.Cause.LATE_FACT: "补录业务",
    Correction.Cause.SOURCE_GONE: "单据已删除",
    Correction.Cause.DISPUTE: "异议处理",
    Correction.Cause.OTHER: "其他原因",
}


def _save(actor: Actor, row: Correction, **values: Any) -> Correction:
    state = values.get("state", row.state)
    saved: Correction = record_update(
        actor=actor, row=row, values=values, act=None, verb=f"compensation.correction.{state}"
    )
    return saved
