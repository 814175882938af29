"""Reading collaboration: what hangs on a record, what waits for a person, and who has read the news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from tonglu.directory.selectors import people_active, people_in
from tonglu.entities.selectors import own_rows, rows
from tonglu.policy import Actor
from tonglu.toolkit.clock import today

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
from .targets import target_filter

if TYPE_CHECKING:
    from tonglu.directory.models import Person


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """Something that waits for a person; `kind` and `pk` name the record, `due` the day it is wanted."""

    kind: str
    pk: int
    title: str
    due: date | None
    about: str = ""
    is_late: bool = False


def record_followups(
    kind: str, pk: int, *, before: datetime | None = None, most: int = 20
) -> QuerySet[FollowUp]:
    """The follow-ups on a record the caller may see, the newest first."""
    found = FollowUp.objects.filter(target_filter(kind, pk), deleted_at__isnull=True)
    if before is not None:
        found = found.filter(at__lt=before)
    return found.select_related("owner", "contact").order_by("-at", "-pk")[:most]


def record_tasks(kind: str, pk: int, *, most: int = 20) -> QuerySet[Task]:
    """The tasks on a record the caller may see, open ones first and the most urgent on top."""
    found = Task.objects.filter(target_filter(kind, pk), deleted_at__isnull=True)
    order = (F("done_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")
    return found.exclude(state=Task.State.DROPPED).select_related("owner").order_by(*order)[:most]


def record_tasks_due(kind: str, pk: int, day: date) -> QuerySet[Task]:
    """The open tasks on a record that are due on that day."""
    found = Task.objects.filter(target_filter(kind, pk), deleted_at__isnull=True)
    return found.filter(state=Task.State.OPEN, due_on=day)


def record_tasks_done(kind: str, pk: int, *, before: datetime, most: int = 20) -> QuerySet[Task]:
    """The tasks that were done on a record before a point in time, the latest first."""
    found = Task.objects.filter(target_filter(kind, pk), deleted_at__isnull=True)
    return found.filter(done_at__lt=before).select_related("owner").order_by("-done_at")[:most]


def record_versions(
    kind: str, pk: int, *, before: datetime, most: int = 20
) -> QuerySet[DocumentVersion]:
    """The files that were added to a record before a point in time, the latest first."""
    documents = Document.objects.filter(target_filter(kind, pk), deleted_at__isnull=True)
    found = DocumentVersion.objects.filter(document__in=documents, created_at__lt=before)
    return found.select_related("document", "created_by").order_by("-created_at")[:most]


def record_documents(kind: str, pk: int, *, most: int = 50) -> QuerySet[Document]:
    """The documents on a record the caller may see, each with its versions, the latest first."""
    found = Document.objects.filter(target_filter(kind, pk), deleted_at__isnull=True)
    versions = DocumentVersion.objects.select_related("file", "created_by").order_by("-number")
    return (
        found.select_related("owner")
        .prefetch_related(Prefetch("versions", queryset=versions))
        .order_by("-pk")[:most]
    )


def record_events(
    kind: str, pk: int, *, since: datetime, most: int = 10
) -> QuerySet[CalendarEvent]:
    """The coming events on a record the caller may see."""
    found = CalendarEvent.objects.filter(target_filter(kind, pk), deleted_at__isnull=True)
    return found.filter(ends_at__gte=since).order_by("starts_at")[:most]


def document_version(actor: Actor, pk: int) -> DocumentVersion | None:
    """A version of a document the actor may see."""
    found = DocumentVersion.objects.filter(pk=pk).select_related("file", "document").first()
    if found is None or not rows(actor, Document).filter(pk=found.document_id).exists():
        return None
    return found


def my_tasks(actor: Actor) -> QuerySet[Task]:
    """The open tasks of the actor and of those they stand in for, the most urgent first."""
    found = own_rows(actor, Task).filter(state=Task.State.OPEN)
    return found.order_by(F("due_on").asc(nulls_last=True), "pk")


def task_is_overdue(row: Task) -> bool:
    """Whether a task should have been done by now."""
    is_open = row.state == Task.State.OPEN
    return is_open and row.due_on is not None and bool(row.due_on < today())


def tasks_i_asked_for(actor: Actor) -> QuerySet[Task]:
    """Open tasks that others do for the actor."""
    found = rows(actor, Task).filter(asked_by_id=actor.person_id, state=Task.State.OPEN)
    return found.exclude(owner_id=actor.person_id).order_by(F("due_on").asc(nulls_last=True), "pk")


def my_open_items(actor: Actor, *, until: date | None = None, most: int = 50) -> list[OpenItem]:
    """Tasks and promised contacts that are due until a day (today when none is given), late ones first."""
    day = today(actor)
    last = until or day
    tasks = my_tasks(actor).filter(Q(due_on__lte=last) | Q(due_on__isnull=True))[:most]
    items = [_task_item(task, day) for task in tasks]
    items += [_contact_item(followup, day) for followup in followups_due(actor, last)[:most]]
    return sorted(items, key=lambda item: (item.due is None, item.due or day, item.pk))[:most]


def followups_due(actor: Actor, until: date) -> QuerySet[FollowUp]:
    """The actor's latest follow-up of each record where a next contact was promised until that day."""
    later = FollowUp.objects.filter(
        target_kind=OuterRef("target_kind"),
        target_id=OuterRef("target_id"),
        at__gt=OuterRef("at"),
        deleted_at__isnull=True,
    )
    mine = own_rows(actor, FollowUp).filter(next_contact_on__lte=until, target_id__isnull=False)
    return mine.filter(~Exists(later)).order_by("next_contact_on", "pk")


def events_between(
    actor: Actor, start: datetime, end: datetime, *, people: set[int] | None = None
) -> QuerySet[CalendarEvent]:
    """The visible events that touch the time, of these people when given."""
    found = rows(actor, CalendarEvent).filter(starts_at__lt=end, ends_at__gte=start)
    if people is not None:
        invited = CalendarEvent.participants.through.objects.filter(person_id__in=people)
        found = found.filter(Q(owner_id__in=people) | Q(pk__in=invited.values("calendarevent_id")))
    return found.select_related("owner").order_by("starts_at", "pk")


def tasks_due_between(
    actor: Actor, start: date, end: date, *, people: set[int] | None = None
) -> QuerySet[Task]:
    """The visible open tasks due in the time, of these people when given."""
    found = rows(actor, Task).filter(state=Task.State.OPEN, due_on__gte=start, due_on__lte=end)
    return (found if people is None else found.filter(owner_id__in=people)).order_by("due_on", "pk")


def announcements(actor: Actor) -> QuerySet[Any]:
    """The news that is out for the actor, unread first; `is_read` says which they have read."""
    day = today(actor)
    read = Reading.objects.filter(announcement=OuterRef("pk"), person_id__in=_reader(actor))
    out = rows(actor, Announcement).filter(state=Announcement.State.PUBLISHED)
    current = out.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=day))
    marked: QuerySet[Any] = current.annotate(is_read=Exists(read))
    return marked.order_by("is_read", "-published_at")


def announcement_readers(row: Announcement) -> tuple[list[Person], list[Person]]:
    """Who has read an announcement, and who of those it is for has not."""
    audience = people_in([row.audience_id]) if row.audience_id else people_active()
    done = set(row.readings.values_list("person_id", flat=True))
    people = list(audience.order_by("name"))
    return [p for p in people if p.pk in done], [p for p in people if p.pk not in done]


def goals_current(actor: Actor, on: date | None = None) -> QuerySet[Goal]:
    """The visible goals whose period includes the day."""
    day = on or today(actor)
    return rows(actor, Goal).filter(starts_on__lte=day, ends_on__gte=day)


def followups_gone(pks: Iterable[int]) -> list[str]:
    """What those of these follow-ups were called that were deleted."""
    found = FollowUp.objects.filter(pk__in=list(pks), deleted_at__isnull=False)
    return list(found.order_by("pk").values_list("subject", flat=True))


def goals_reached(name: str, first: date, last: date) -> dict[int | None, Fraction]:
    """The attainment of goals that are called so, or count that measure, and end in these days: by whose goal it is, None for departments'."""
    sums: dict[int | None, tuple[Decimal, Decimal]] = {}
    found = Goal.objects.filter(Q(name__iexact=name) | Q(measure=name), deleted_at__isnull=True)
    for goal in found.filter(ends_on__range=(first, last)).order_by("pk"):
        owner = None if goal.team_id is not None else goal.owner_id
        counted = measure_count(goal)
        actual, target = sums.get(owner, (Decimal(0), Decimal(0)))
        reached = goal.actual if counted is None else counted
        sums[owner] = (actual + reached, target + goal.target)
    return {owner: Fraction(actual) / Fraction(target) for owner, (actual, target) in sums.items()}


def _reader(actor: Actor) -> list[int]:
    """The person who reads, not those they stand in for; nobody for the system."""
    return [] if actor.person_id is None else [actor.person_id]


def _task_item(task: Task, day: date) -> OpenItem:
    return OpenItem(
        kind="collaboration.task",
        pk=task.pk,
        title=task.subject,
        due=task.due_on,
        about=task.target_name,
        is_late=task.due_on is not None and task.due_on < day,
    )


def _contact_item(followup: Any, day: date) -> OpenItem:
    return OpenItem(
        kind=followup.target_kind,
        pk=followup.target_id,
        title=followup.next_step or followup.subject,
        due=followup.next_contact_on,
        about=followup.target_name,
        is_late=followup.next_contact_on < day,
    )


def tasks_due(first: date, last: date) -> list[tuple[int, int, date, str]]:
    """Open tasks due between two days: the task, who does it, the day, and that person's time zone."""
    found = Task.objects.filter(
        state=Task.State.OPEN, due_on__range=(first, last), owner__is_active=True, deleted_at=None
    )
    return [
        (pk, owner_id, due_on, zone)
        for pk, owner_id, due_on, zone in found.values_list(
            "pk", "owner_id", "due_on", "owner__timezone"
        )
        if due_on is not None
    ]
