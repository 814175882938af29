"""What must hold before a row of collaboration is saved, and what follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tonglu.entities.events import RecordAssigned
from tonglu.entities.handing import in_bulk, owner_told
from tonglu.kernel.errors import Invalid
from tonglu.toolkit.clock import now
from tonglu.toolkit.events import publish

from .core.subjects import subject_of
from .events import FollowUpLogged, TaskAsked
from .measures import measure_known
from .models import Announcement, CalendarEvent, Document, FollowUp, Goal, Note, Task
from .targets import ACCOUNT, CONTACT

if TYPE_CHECKING:
    from tonglu.policy import Actor

TASK = "collaboration.task"
HOUR = timedelta(hours=1)


def at_once(_actor: Actor) -> datetime:
    """A follow-up is written down when it happened."""
    return now()


def next_hour(_actor: Actor) -> datetime:
    """A meeting begins at the next full hour."""
    return now().replace(minute=0, second=0, microsecond=0) + HOUR


def hour_after(actor: Actor) -> datetime:
    """It lasts an hour."""
    return next_hour(actor) + HOUR


def followup_prepare(_actor: Actor, row: FollowUp, _before: FollowUp | None) -> None:
    """A follow-up says what happened, now unless told otherwise, and hangs on the account or contact it names."""
    row.at = row.at or now()
    row.subject = row.subject.strip() or subject_of(row.text) or str(row.get_kind_display())
    _hang(row)


def followup_after(_actor: Actor, row: FollowUp, before: FollowUp | None) -> None:
    """Tell of a new follow-up."""
    if before is None:
        publish(
            FollowUpLogged(
                followup_id=row.pk,
                kind=row.kind,
                at=row.at,
                target_kind=row.target_kind,
                target_id=row.target_id,
                account_id=row.account_id,
                contact_id=row.contact_id,
                next_contact_on=row.next_contact_on,
                subject=row.subject,
                sourced_by_id=row.sourced_by_id or row.owner_id,
            )
        )


def task_prepare(actor: Actor, row: Task, before: Task | None) -> None:
    """A task for a colleague remembers who asked for it."""
    row.subject = " ".join(row.subject.split())
    if before is None and row.owner_id != actor.person_id:
        row.asked_by_id = actor.person_id
    _hang(row)


def task_after(_actor: Actor, row: Task, before: Task | None) -> None:
    """Tell a colleague of a task that is theirs now; what a bulk act gives is told once for all."""
    former = before.owner_id if before is not None else row.asked_by_id
    is_new = before is None and row.asked_by_id is not None
    if in_bulk():
        if is_new and row.owner_id is not None:
            owner_told(
                RecordAssigned(kind=TASK, row_id=row.pk, to_id=row.owner_id, by_id=row.asked_by_id)
            )
        return
    if row.owner_id is not None and (is_new or (before is not None and former != row.owner_id)):
        publish(TaskAsked(task_id=row.pk, person_id=row.owner_id, asked_by_id=row.asked_by_id))


def event_prepare(_actor: Actor, row: CalendarEvent, before: CalendarEvent | None) -> None:
    """Moving the start of an event past its end moves the end along."""
    if before is not None and row.ends_at == before.ends_at and row.starts_at > row.ends_at:
        row.ends_at = row.starts_at + (before.ends_at - before.starts_at)
    if row.ends_at < row.starts_at:
        raise Invalid({"ends_at": [_("The event ends before it starts.")]})
    _hang(row)


def document_prepare(_actor: Actor, row: Document, _before: Document | None) -> None:
    """Titles are kept without blanks around them."""
    row.title = " ".join(row.title.split())
    _hang(row)


def note_prepare(_actor: Actor, row: Note, _before: Note | None) -> None:
    """A note without a title is called by its first sentence."""
    row.title = row.title.strip() or subject_of(row.text) or _("Note")
    _hang(row)


def announcement_prepare(_actor: Actor, row: Announcement, before: Announcement | None) -> None:
    """What people have read does not change under them."""
    published = before is not None and before.state == Announcement.State.PUBLISHED
    if published and before is not None and (row.title, row.text) != (before.title, before.text):
        raise Invalid({"text": [_("This announcement is out; withdraw it and publish a new one.")]})


def goal_prepare(_actor: Actor, row: Goal, _before: Goal | None) -> None:
    """A goal counts a measure that somebody can count."""
    if not measure_known(row.measure):
        raise Invalid({"measure": [_("There is no such measure.")]})


def _hang(row: Any) -> None:
    """Hang a row on the contact or account it names when it hangs on nothing yet."""
    contact = getattr(row, "contact", None)
    if contact is not None and row.account_id is None:
        row.account_id = contact.account_id
    if row.target_kind:
        return
    named = (CONTACT, contact) if contact is not None else (ACCOUNT, row.account)
    kind, target = named
    if target is not None:
        row.target_kind, row.target_id, row.target_name = kind, target.pk, str(target)[:300]
