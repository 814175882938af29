"""The one place that reads the clock. Rules take the time as an argument; shells ask here and pass it on."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


class HasTimezone(Protocol):
    """Whoever has a time zone of their own: an actor or a person."""

    @property
    def timezone(self) -> str: ...


def now() -> datetime:
    """This moment, aware, in UTC."""
    return timezone.now()


def today(actor: HasTimezone | None = None) -> date:
    """The calendar day where the actor is; without an actor, where the company is."""
    return now().astimezone(zone_of(actor.timezone if actor else "")).date()


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo:
    """The time zone of that name; the company's for a name that is empty or unknown."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)
