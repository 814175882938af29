"""What collaboration publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from tonglu.toolkit.events import Event


@dataclass(frozen=True)
class FollowUpLogged(Event):
    """Somebody was in touch with a customer."""

    name: ClassVar[str] = "collaboration.followup.logged"
    followup_id: int
    kind: str
    at: datetime
    target_kind: str = ""
    target_id: int | None = None
    account_id: int | None = None
    contact_id: int | None = None
    next_contact_on: date | None = None
    subject: str = ""
    sourced_by_id: int | None = None


@dataclass(frozen=True)
class TaskAsked(Event):
    """A task was given to a colleague."""

    name: ClassVar[str] = "collaboration.task.asked"
    task_id: int
    person_id: int
    asked_by_id: int | None


@dataclass(frozen=True)
class TaskUrged(Event):
    """Somebody who waits for a task asked about it again."""

    name: ClassVar[str] = "collaboration.task.urged"
    task_id: int
    person_id: int
    urged_by_id: int | None
    note: str


@dataclass(frozen=True)
class TaskDone(Event):
    """A task was done; whoever asked for it wants to know."""

    name: ClassVar[str] = "collaboration.task.done"
    task_id: int
    asked_by_id: int | None


@dataclass(frozen=True)
class AnnouncementPublished(Event):
    """News is out."""

    name: ClassVar[str] = "collaboration.announcement.published"
    announcement_id: int
