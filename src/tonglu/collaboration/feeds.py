"""A person's events as an iCalendar feed under a secret address.

The address is shown once; only its hash is kept, so that nobody who reads the database can read the calendar. A new address ends the
former one.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from icalendar import Calendar, Event, Todo

from tonglu.audit.services import context
from tonglu.directory.networks import require_allowed
from tonglu.kernel.errors import Denied
from tonglu.kernel.text import N_
from tonglu.policy import actor_of
from tonglu.toolkit.clock import now, zone_of

from .models import CalendarEvent, CalendarFeed, Task
from .selectors import events_between, my_tasks

if TYPE_CHECKING:
    from tonglu.policy import Actor

BACK = timedelta(days=60)
AHEAD = timedelta(days=400)


def feed_renew(*, actor: Actor) -> str:
    """A new secret for the actor's feed; the former one is worth nothing any more."""
    if actor.person_id is None:
        raise Denied(N_("Only a person has a calendar."))
    token = secrets.token_urlsafe(32)
    with context(actor, verb="collaboration.feed.renewed"):
        CalendarFeed.objects.update_or_create(
            person_id=actor.person_id, defaults={"token_hash": _hash(token)}
        )
    return token


def feed_exists(actor: Actor) -> bool:
    """Whether the actor has a feed address."""
    return CalendarFeed.objects.filter(person_id__in=actor.own_ids).exists()


def feed_text(token: str, *, address: str) -> str | None:
    """The feed under a secret; None when nobody has it, or whoever has it may not sign in any more.

    Denied when its person may not come in from the address that asks.
    """
    found = CalendarFeed.objects.filter(token_hash=_hash(token)).select_related("person").first()
    if found is None or not found.person.is_active:
        return None
    actor = actor_of(found.person, door="api")
    require_allowed(roles=actor.roles, address=address)
    return calendar_text(actor, now())


def calendar_text(actor: Actor, moment: datetime) -> str:
    """The actor's own events and dated tasks in iCalendar form."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tonglu//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Tonglu · {actor.name}")
    mine = set(actor.own_ids)
    for row in events_between(actor, moment - BACK, moment + AHEAD, people=mine):
        calendar.add_component(_event(actor, row))
    for task in my_tasks(actor).filter(due_on__isnull=False)[:500]:
        calendar.add_component(_task(task))
    return cast(bytes, calendar.to_ical()).decode()


def _event(actor: Actor, row: CalendarEvent) -> Event:
    zone = zone_of(actor.timezone)
    start, end = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    made = Event()
    made.add("uid", f"event-{row.pk}@tonglu")
    made.add("dtstamp", row.updated_at)
    made.add("summary", row.title)
    made.add("dtstart", start.date() if row.all_day else start)
    made.add("dtend", end.date() + timedelta(days=1) if row.all_day else end)
    if row.place:
        made.add("location", row.place)
    if row.description:
        made.add("description", row.description)
    return made


def _task(row: Task) -> Todo:
    made = Todo()
    made.add("uid", f"task-{row.pk}@tonglu")
    made.add("dtstamp", row.updated_at)
    made.add("summary", row.subject)
    made.add("due", row.due_on)
    made.add("status", "NEEDS-ACTION")
    return made


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
