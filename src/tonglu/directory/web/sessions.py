"""The sessions of a person: where they are signed in, and how to end that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession

from tonglu.directory.models import Person

BROWSERS = (
    ("Edg/", "Edge"),
    ("MicroMessenger/", "WeChat"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, kw_only=True)
class SessionLine:
    """One browser in which the person is signed in."""

    id: int
    device: str
    address: str
    began: datetime
    seen: datetime
    is_current: bool


def sessions_of(person: Person, current_key: str | None) -> list[SessionLine]:
    """The living sessions, the one asking first; dead ones are forgotten on the way."""
    lines = [
        SessionLine(
            id=row.pk,
            device=device_name(row.user_agent),
            address=row.ip,
            began=row.created_at,
            seen=row.last_seen_at,
            is_current=row.session_key == current_key,
        )
        for row in UserSession.objects.purge_and_list(person)
    ]
    return sorted(lines, key=lambda line: (not line.is_current, -line.began.timestamp()))


def session_end(person: Person, session_id: int) -> None:
    """End one session of this person; nobody else's."""
    for row in UserSession.objects.filter(user=person, pk=session_id):
        row.end()


def sessions_end_others(person: Person, current_key: str | None) -> None:
    """End every session of this person but the one asking."""
    for row in UserSession.objects.filter(user=person).exclude(session_key=current_key):
        row.end()


def device_name(user_agent: str) -> str:
    """The browser and the system, as far as the browser tells."""
    return " · ".join(_named(user_agent)) or user_agent[:40]


def _named(user_agent: str) -> Iterator[str]:
    for table in (BROWSERS, SYSTEMS):
        found = next((name for mark, name in table if mark in user_agent), "")
        if found:
            yield found
