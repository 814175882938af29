"""The time that a renewal covers: it begins the day after, lasts as long, and asks for the next renewal as early."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Term:
    """From when to when, how many months, when the next renewal is due, and how far dates move."""

    starts_on: date
    ends_on: date
    months: int
    renewal_on: date | None
    moved: timedelta


def term_after(
    began: date,
    ended: date | None,
    *,
    renewal_on: date | None = None,
    starts_on: date | None = None,
    months: int | None = None,
) -> Term:
    """The term that follows one from `began` to `ended`; a year where nothing tells how long."""
    start = starts_on or (ended + DAY if ended else began)
    length = months or (_months_between(began, ended + DAY) if ended else YEAR) or YEAR
    end = month_later(start, length) - DAY
    before = ended - renewal_on if ended and renewal_on else None
    return Term(
        starts_on=start,
        ends_on=end,
        months=length,
        renewal_on=end - before if before is not None else None,
        moved=start - began,
    )


def month_later(day: date, months: int) -> date:
    """The same day so many months on; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _months_between(began: date, until: date) -> int:
    whole = (until.year - began.year) * 12 + until.month - began.month
    return whole if until.day >= began.day else whole - 1
