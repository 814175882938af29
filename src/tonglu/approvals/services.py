"""Asking for a decision, and deciding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tonglu.audit.services import context
from tonglu.entities.mentions import text_mentions
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import Denied, DomainError
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.events import publish
from tonglu.toolkit.money import base_currency
from tonglu.toolkit.numbers import next_number

from .core.steps import ANY, StepState, waiting_for
from .events import ApprovalAsked, ApprovalDecided
from .models import ApprovalRequest, ApprovalStep, ApprovalVote, Decision
from .ports import subject_of
from .signatures import carry_signatures, content_fingerprint
from .states import State

if TYPE_CHECKING:
    from django.db.models import Model

    from tonglu.directory.models import Person
    from tonglu.policy import Actor

REQUEST = "approvals.approvalrequest"
URGE_AGAIN = timedelta(hours=4)
"""How long somebody who was urged is left in peace."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One step: whom to ask, by id and in order, and how many of them must agree."""

    people: tuple[int, ...]
    mode: str = ANY


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is to be decided, with all that the decision needs; `facts` are (English label, value) pairs for the card, which says
    the label in its reader's language."""

    subject: str
    row: Model
    title: str
    amount: Decimal | None = None
    currency: str = ""
    reason: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    due_on: date | None = None


def approval_ask(*, actor: Actor, question: Question, steps: Sequence[Ask]) -> ApprovalRequest:
    """Ask for a decision; steps that ask nobody are left out, and without any step it is approved at once."""
    asked = [step for step in steps if step.people]
    if not asked:
        return approval_log(actor=actor, question=question)
    with context(actor, verb="approvals.request.asked"):
        request = _request(actor, question, State.PENDING)
        for position, step in enumerate(asked, start=1):
            _step(request, step, position)
        carry_signatures(request)
        if not waiting_for(_states(request)):
            return _close(actor, request, State.APPROVED)
        _ask_waiting(request)
    return request


def approval_log(*, actor: Actor, question: Question) -> ApprovalRequest:
    """Log a decision that lies within the actor's own authority: approved at once."""
    with context(actor, verb="approvals.request.logged"):
        request = _request(actor, question, State.APPROVED, automatic=True, decided_at=now())
        _tell(actor, request)
    return request


def approval_approve(
    *, actor: Actor, row: ApprovalRequest, comment: str = "", condition: str = ""
) -> ApprovalRequest:
    """Agree, for oneself or for a person one stands in for; the last agreement needed approves the request."""
    with context(actor, verb="approvals.request.approved"):
        vote = decision_open(actor, row)
        _decide(actor, vote, Decision.APPROVED, comment or condition)
        if condition:
            row = _update(actor, row, {"condition": _joined(row.condition, condition)})
        if waiting_for(_states(row)):
            _ask_waiting(row)
            return row
        return _close(actor, row, State.APPROVED)


def approval_return(*, actor: Actor, row: ApprovalRequest, comment: str) -> ApprovalRequest:
    """Send the request back with a question or a refusal; it can be changed and asked anew."""
    with context(actor, verb="approvals.request.returned"):
        _decide(actor, decision_open(actor, row), Decision.RETURNED, comment)
        return _close(actor, row, State.RETURNED)


def approval_withdraw(*, actor: Actor, row: ApprovalRequest, reason: str = "") -> ApprovalRequest:
    """Take the question back before it is decided."""
    _require_pending(row)
    _require_asker(actor, row)
    with context(actor, verb="approvals.request.withdrawn", reason=reason):
        return _close(actor, row, State.WITHDRAWN)


def approval_urge(*, actor: Actor, row: ApprovalRequest) -> ApprovalRequest:
    """Remind those the request waits for; once in a few hours."""
    _require_pending(row)
    _require_asker(actor, row)
    if row.urged_at and now() - row.urged_at < URGE_AGAIN:
        raise DomainError(
            N_("They were urged a short while ago."),
            code="urged",
            next_step=N_("Try again in a few hours, or call."),
        )
    with context(actor, verb="approvals.request.urged"):
        urged = _update(actor, row, {"urged_at": now(), "urges": row.urges + 1})
        publish(_asked(urged, waiting_for(_states(urged)), urged=True))
    return urged


def approval_add(*, actor: Actor, row: ApprovalRequest, person: Person) -> ApprovalRequest:
    """Add somebody who must agree too, after the step that is being decided (加签)."""
    vote = decision_open(actor, row)
    if any(person.pk in state.people for state in _states(row)):
        raise DomainError(N_("%(name)s is asked already."), params={"name": person.name})
    with context(actor, verb="approvals.request.added"):
        later = row.steps.filter(position__gt=vote.step.position).order_by("-position")
        for step in later:
            step.position += 1
            step.save(update_fields=["position", "updated_at"])
        _step(row, Ask(people=(person.pk,)), vote.step.position + 1)
    return row


def _request(actor: Actor, question: Question, state: State, **more: Any) -> ApprovalRequest:
    subject_of(question.subject)
    made: ApprovalRequest = record_create(
        actor=actor,
        model=ApprovalRequest,
        act=None,
        values={
            "number": next_number("approval", "A{year}-{n:05}"),
            "subject": question.subject,
            "title": question.title,
            "target_kind": question.row._meta.label_lower,
            "target_id": question.row.pk,
            "amount": question.amount,
            "currency": question.currency or base_currency(),
            "reason": question.reason,
            "facts": [list(fact) for fact in question.facts],
            "due_on": question.due_on,
            "fingerprint": content_fingerprint(question),
            "state": state,
            **more,
        },
    )
    return made


def _step(request: ApprovalRequest, ask: Ask, position: int) -> None:
    step = ApprovalStep.objects.create(request=request, position=position, mode=ask.mode)
    for number, person_id in enumerate(dict.fromkeys(ask.people), start=1):
        ApprovalVote.objects.create(step=step, person_id=person_id, position=number)


def _states(row: ApprovalRequest) -> list[StepState]:
    return [
        StepState(
            mode=step.mode,
            people=tuple(vote.person_id for vote in step.votes.all()),
            approved=frozenset(
                vote.person_id for vote in step.votes.all() if vote.decision == Decision.APPROVED
            ),
        )
        for step in row.steps.prefetch_related("votes")
    ]


def decision_open(actor: Actor, row: ApprovalRequest) -> ApprovalVote:
    """The open vote of the actor, of a person they stand in for, or one handed to them; locked."""
    _require_pending(row)
    if row.owner_id is not None and row.owner_id == actor.person_id:
        raise Denied(N_("Nobody decides their own request."), code="own_request")
    votes = ApprovalVote.objects.select_for_update(of=("self",)).filter(
        Q(person__in=actor.own_ids) | Q(delegate__in=actor.own_ids),
        step__request=row,
        person__in=waiting_for(_states(row)),
        decision="",
    )
    vote = votes.order_by("step__position", "position").first()
    if vote is None:
        raise Denied(
            N_("This request does not wait for you."),
            code="not_asked",
            next_step=N_("Ask one of those it waits for."),
        )
    return vote


def _decide(actor: Actor, vote: ApprovalVote, decision: Decision, comment: str) -> None:
    vote.decision, vote.comment = decision, comment
    vote.decided_at, vote.decided_by_id = now(), actor.person_id
    vote.save(update_fields=["decision", "comment", "decided_at", "decided_by", "updated_at"])
    text_mentions(actor, REQUEST, vote.step.request_id, comment)


def _ask_waiting(row: ApprovalRequest) -> None:
    waiting = waiting_for(_states(row))
    fresh = ApprovalVote.objects.filter(
        step__request=row, person__in=waiting, decision="", asked_at=None
    )
    people = tuple(fresh.values_list("person_id", flat=True))
    fresh.update(asked_at=now())
    if people:
        publish(_asked(row, people))


def _close(actor: Actor, row: ApprovalRequest, state: State) -> ApprovalRequest:
    closed = _update(actor, row, {"state": state, "decided_at": now()})
    _tell(actor, closed)
    return closed


def _tell(actor: Actor, row: ApprovalRequest) -> None:
    subject_of(row.subject).decided(actor, row)
    publish(ApprovalDecided(**_named(row), state=row.state, automatic=row.automatic))


def _asked(row: ApprovalRequest, people: Sequence[int], *, urged: bool = False) -> ApprovalAsked:
    return ApprovalAsked(**_named(row), people=tuple(people), urged=urged)


def _named(row: ApprovalRequest) -> dict[str, Any]:
    return {
        "request_id": row.pk,
        "subject": row.subject,
        "target_kind": row.target_kind,
        "target_id": row.target_id,
        "asker_id": row.owner_id,
    }


def _update(actor: Actor, row: ApprovalRequest, values: dict[str, Any]) -> ApprovalRequest:
    changed: ApprovalRequest = record_update(actor=actor, row=row, values=values, act=None)
    return changed


def _joined(before: str, more: str) -> str:
    return f"{before}\n{more}" if before else more


def _require_pending(row: ApprovalRequest) -> None:
    if row.state != State.PENDING:
        raise DomainError(
            N_("This request is decided already."), code="decided", next_step=N_("Ask anew.")
        )


def _require_asker(actor: Actor, row: ApprovalRequest) -> None:
    if not actor.is_system and row.owner_id not in actor.own_ids:
        raise Denied(N_("Only who asked can do this."), code="not_asker")
