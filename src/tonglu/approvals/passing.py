"""Passing a decision on: handing one's own to somebody, escalating a late one to the manager, copies and comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tonglu.audit.services import context
from tonglu.directory.core.worktime import WorkCalendar, working_day_begun, working_days_back
from tonglu.directory.selectors import calendar_of_department
from tonglu.entities.mentions import text_mentions
from tonglu.kernel.errors import Denied, DomainError
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import now
from tonglu.toolkit.events import publish
from tonglu.toolkit.jobs import task

from .events import ApprovalAsked
from .models import ApprovalNote, ApprovalRequest, ApprovalVote
from .selectors import departments_deciding, leaders_of, request_people, votes_overdue
from .services import REQUEST, decision_open

if TYPE_CHECKING:
    from datetime import datetime

    from tonglu.directory.models import Person

PATIENCE = 2
"""How many working days a request without a day of its own waits before it goes one higher."""


def approval_delegate(*, actor: Actor, row: ApprovalRequest, person: Person) -> ApprovalRequest:
    """Hand one's own decision to somebody else, who decides in one's name; both names stay."""
    vote = decision_open(actor, row)
    _require_other(row, vote, person)
    with context(actor, verb="approvals.request.delegated"):
        _hand(row, vote, person)
    return row


def approval_copy(*, actor: Actor, row: ApprovalRequest, person: Person) -> ApprovalRequest:
    """Let somebody see the request who need not decide."""
    copied = row.notes.filter(copied_to=person).exists()
    if copied or person.pk in request_people(row) or person.pk == row.owner_id:
        raise DomainError(N_("%(name)s sees it already."), params={"name": person.name})
    with context(actor, verb="approvals.request.copied"):
        ApprovalNote.objects.create(request=row, copied_to=person, created_by_id=actor.person_id)
    return row


def approval_comment(*, actor: Actor, row: ApprovalRequest, text: str) -> ApprovalRequest:
    """Say something without deciding: a question to the asker, or an answer to one."""
    with context(actor, verb="approvals.request.commented"):
        ApprovalNote.objects.create(request=row, text=text, created_by_id=actor.person_id)
        text_mentions(actor, REQUEST, row.pk, text)
    return row


@task(name="approvals.escalate", cron="10 * * * *")
def approvals_escalate(**_: object) -> None:
    """Hand every late decision one higher, once. A deputy could decide from the first day, so this is the manager's turn.

    Only the working calendar of who decides counts: what is due on Friday is late on Monday, and a holiday makes nothing late.
    """
    actor, moment = Actor.system("job"), now()
    with transaction.atomic(), context(actor, verb="approvals.request.escalated"):
        for calendar, departments in _calendars_deciding().items():
            day = working_day_begun(calendar, moment)
            asked_before = working_days_back(calendar, moment, PATIENCE)
            for vote in votes_overdue(departments, day, asked_before):
                _pass_up(vote, moment)


def _calendars_deciding() -> dict[WorkCalendar, list[int | None]]:
    """The calendars by which those work whose decisions wait, each with their departments."""
    found: dict[WorkCalendar, list[int | None]] = {}
    for department in departments_deciding():
        found.setdefault(calendar_of_department(department), []).append(department)
    return found


def _pass_up(vote: ApprovalVote, moment: datetime) -> None:
    person = _next_in_line(vote)
    vote.escalated_at = moment
    if person is None:
        vote.save(update_fields=["escalated_at", "updated_at"])
    else:
        _hand(vote.step.request, vote, person)


def _next_in_line(vote: ApprovalVote) -> Person | None:
    """Who may decide instead: never the asker, nor somebody who is asked anyway."""
    row = vote.step.request
    asked = request_people(row) | {row.owner_id}
    above = leaders_of(vote.person_id)
    return next((person for person in above if person.pk not in asked), None)


def _hand(row: ApprovalRequest, vote: ApprovalVote, person: Person) -> None:
    vote.delegate = person
    vote.save(update_fields=["delegate", "escalated_at", "updated_at"])
    publish(
        ApprovalAsked(
            request_id=row.pk,
            subject=row.subject,
            target_kind=row.target_kind,
            target_id=row.target_id,
            asker_id=row.owner_id,
            people=(person.pk,),
        )
    )


def _require_other(row: ApprovalRequest, vote: ApprovalVote, person: Person) -> None:
    if person.pk == row.owner_id:
        raise Denied(N_("Nobody decides their own request."), code="own_request")
    if person.pk in request_people(row) - {vote.person_id} or person.pk == vote.person_id:
        raise DomainError(N_("%(name)s is asked already."), params={"name": person.name})
