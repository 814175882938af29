"""Receivables by age: how long what is open has been due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tonglu.kernel.text import N_


@dataclass(frozen=True)
class Band:
    """A span of days overdue; `last` None means no end. Not yet due is days below one."""

    code: str
    label: str
    first: int | None
    last: int | None


BANDS = (
    Band("current", N_("Not yet due"), None, 0),
    Band("d30", N_("1–30 days"), 1, 30),
    Band("d60", N_("31–60 days"), 31, 60),
    Band("d90", N_("61–90 days"), 61, 90),
    Band("older", N_("Over 90 days"), 91, None),
)


def days_overdue(due_on: date, today: date) -> int:
    """How many days past its due day; zero or less while not yet due."""
    return (today - due_on).days


def band_of(due_on: date, today: date) -> Band:
    """The band that something due on that day is in."""
    days = days_overdue(due_on, today)
    return next(
        band
        for band in BANDS
        if (band.first is None or days >= band.first) and (band.last is None or days <= band.last)
    )
