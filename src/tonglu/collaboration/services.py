"""Writes of collaboration: a follow-up in ten seconds, tasks and their urging, files, news and goals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from tonglu import policy
from tonglu.audit.services import context
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.events import publish
from tonglu.toolkit.files import file_store

from .core.urging import urging_refused
from .events import AnnouncementPublished, TaskDone, TaskUrged
from .measures import measure_count
from .models import (
    Announcement,
    CalendarEvent,
    Document,
    DocumentVersion,
    FollowUp,
    Goal,
    Reading,
    Task,
)
from .targets import CONTACT, account_id_of, target_values

if TYPE_CHECKING:
    from datetime import date, datetime

    from tonglu.customers.models import Contact
    from tonglu.directory.models import Person
    from tonglu.policy import Actor

TASK = "collaboration.task"
ATTACHED = (FollowUp, Task, CalendarEvent, Document)


def followup_log(
    *,
    actor: Actor,
    target: Any,
    text: str,
    kind: str = FollowUp.Kind.CALL,
    at: datetime | None = None,
    next_contact_on: date | None = None,
    contact: Contact | None = None,
    **more: Any,
) -> FollowUp:
    """Note what was said and done about a record, and when to be in touch again."""
    if not text.strip() and not more.get("subject"):
        raise Invalid({"text": [N_("Say in a few words what happened.")]})
    values = {
        **_about(actor, target, contact),
        "kind": kind,
        "text": text.strip(),
        "at": at or now(),
        "next_contact_on": next_contact_on,
        **more,
    }
    made: FollowUp = record_create(actor=actor, model=FollowUp, values=values)
    return made


def task_create(
    *,
    actor: Actor,
    subject: str,
    target: Any = None,
    owner: Person | None = None,
    due_on: date | None = None,
    **more: Any,
) -> Task:
    """Put a task on one's own list, or ask a colleague for it."""
    values: dict[str, Any] = {"subject": subject, "due_on": due_on, **more}
    if target is not None:
        values |= _about(actor, target)
    if owner is not None:
        values["owner"] = owner
    made: Task = record_create(actor=actor, model=Task, values=values)
    return made


def task_done(*, actor: Actor, row: Task, answer: str = "") -> Task:
    """The task is done; the answer goes to whoever asked."""
    _refuse_closed(row)
    values = {"state": Task.State.DONE, "done_at": now(), "answer": answer or row.answer}
    with context(actor, verb=f"{TASK}.done"):
        changed = _task_update(actor, row, values)
        publish(TaskDone(task_id=row.pk, asked_by_id=row.asked_by_id))
    return changed


def task_drop(*, actor: Actor, row: Task, reason: str) -> Task:
    """The task need not be done any more."""
    _refuse_closed(row)
    with context(actor, verb=f"{TASK}.dropped", reason=reason):
        return _task_update(actor, row, {"state": Task.State.DROPPED, "answer": reason})


def task_reopen(*, actor: Actor, row: Task) -> Task:
    """The task is to be done after all."""
    if row.state == Task.State.OPEN:
        raise DomainError(N_("This task is open."), code="open")
    with context(actor, verb=f"{TASK}.reopened"):
        return _task_update(actor, row, {"state": Task.State.OPEN, "done_at": None})


def task_hand_over(*, actor: Actor, row: Task, to: Person, note: str = "") -> Task:
    """Somebody else does the task; whoever handed it over stays its asker when nobody was."""
    _refuse_closed(row)
    policy.require(actor, "update", TASK, row)
    values = {"owner": to, "asked_by": row.asked_by or row.owner}
    with context(actor, verb=f"{TASK}.handed_over", reason=note):
        return _task_update(actor, row, values, act=None)


def task_urge(*, actor: Actor, row: Task, note: str = "") -> Task:
    """Ask about a task one waits for, at most once an hour."""
    refused = urging_refused(
        is_open=row.state == Task.State.OPEN,
        is_own=row.owner_id == actor.person_id,
        urged_at=row.urged_at,
        now=now(),
    )
    if refused:
        raise DomainError(refused, code="not_now")
    policy.require(actor, "urge", TASK, row)
    values = {"urged_at": now(), "urged_times": row.urged_times + 1}
    with context(actor, verb=f"{TASK}.urged", reason=note):
        changed = _task_update(actor, row, values, act=None)
        if row.owner_id is not None:
            urged = TaskUrged(
                task_id=row.pk, person_id=row.owner_id, urged_by_id=actor.person_id, note=note
            )
            publish(urged)
    return changed


def event_move(
    *, actor: Actor, row: CalendarEvent, starts_at: datetime, ends_at: datetime | None = None
) -> CalendarEvent:
    """Move an event in time; without an end it keeps its length."""
    values = {
        "starts_at": starts_at,
        "ends_at": ends_at or starts_at + (row.ends_at - row.starts_at),
    }
    moved: CalendarEvent = record_update(
        actor=actor, row=row, values=values, verb="collaboration.calendarevent.moved"
    )
    return moved


def document_add(
    *, actor: Actor, name: str, stream: BinaryIO, target: Any = None, title: str = "", **more: Any
) -> Document:
    """File a document on a record, with its first version."""
    values: dict[str, Any] = {"title": title or name, **more}
    if target is not None:
        values |= _about(actor, target)
    with context(actor, verb="collaboration.document.added"):
        made: Document = record_create(actor=actor, model=Document, values=values)
        _version_store(actor, made, name, stream, 1, "")
    return made


def document_version_add(
    *, actor: Actor, row: Document, name: str, stream: BinaryIO, note: str = ""
) -> DocumentVersion:
    """File the next version of a document; the earlier ones stay."""
    policy.require(actor, "update", "collaboration.document", row)
    with context(actor, verb="collaboration.document.revised"):
        locked = Document.objects.select_for_update(of=("self",)).get(pk=row.pk)
        last = locked.versions.order_by("-number").values_list("number", flat=True).first() or 0
        return _version_store(actor, locked, name, stream, last + 1, note)


def announcement_publish(*, actor: Actor, row: Announcement) -> Announcement:
    """Show an announcement to those it is for."""
    if row.state == Announcement.State.PUBLISHED:
        raise DomainError(N_("This announcement is out already."), code="published")
    values = {"state": Announcement.State.PUBLISHED, "published_at": now()}
    with context(actor, verb="collaboration.announcement.published"):
        changed: Announcement = record_update(actor=actor, row=row, values=values, act="publish")
        publish(AnnouncementPublished(announcement_id=row.pk))
    return changed


def announcement_withdraw(*, actor: Actor, row: Announcement) -> Announcement:
    """Show an announcement to nobody any more."""
    if row.state != Announcement.State.PUBLISHED:
        raise DomainError(N_("This announcement is not out."), code="not_published")
    changed: Announcement = record_update(
        actor=actor, row=row, values={"state": Announcement.State.WITHDRAWN}, act="publish"
    )
    return changed


def announcement_read(*, actor: Actor, row: Announcement) -> Announcement:
    """Note that the actor has read it; reading twice changes nothing."""
    policy.require(actor, "read", "collaboration.announcement", row)
    if actor.person_id is None:
        return row
    with context(actor, verb="collaboration.announcement.read"):
        Reading.objects.get_or_create(
            announcement=row, person_id=actor.person_id, defaults={"at": now()}
        )
    return row


def goal_count(*, actor: Actor, row: Goal) -> Goal:
    """Count what is reached so far."""
    reached = measure_count(row)
    if reached is None:
        raise DomainError(
            N_("This goal is counted by hand."),
            code="by_hand",
            next_step=N_("Enter the actual figure."),
        )
    changed: Goal = record_update(
        actor=actor, row=row, values={"actual": reached, "counted_at": now()}
    )
    return changed


def target_account_set(*, actor: Actor, kind: str, target_id: int, account_id: int) -> None:
    """Tell everything that hangs on a record which account the record belongs to now."""
    with context(actor):
        for model in ATTACHED:
            rows = model._default_manager.filter(target_kind=kind, target_id=target_id)
            rows.filter(account__isnull=True).update(account_id=account_id)


def _about(actor: Actor, target: Any, contact: Contact | None = None) -> dict[str, Any]:
    """The columns of a row about the target, which the actor must be able to see."""
    kind = target._meta.label_lower
    policy.require(actor, "read", kind, target)
    values = {**target_values(target), "account_id": account_id_of(target)}
    if contact is None and kind == CONTACT:
        contact = target
    return {**values, "contact": contact} if contact is not None else values


def _refuse_closed(row: Task) -> None:
    if row.state != Task.State.OPEN:
        raise DomainError(
            N_("This task is closed."), code="closed", next_step=N_("Reopen it first.")
        )


def _task_update(
    actor: Actor, row: Task, values: dict[str, Any], act: str | None = "update"
) -> Task:
    changed: Task = record_update(actor=actor, row=row, values=values, act=act)
    return changed


def _version_store(
    actor: Actor, row: Document, name: str, stream: BinaryIO, number: int, note: str
) -> DocumentVersion:
    return DocumentVersion.objects.create(
        document=row,
        number=number,
        file=file_store(actor, name, stream),
        note=note,
        created_by_id=actor.person_id,
    )
