"""Counting working time: which days are worked, and when a number of working hours will have passed.

A working week gives stretches of hours per weekday. A holiday takes a day out; a day *worked in exchange* (调休) is worked
with Monday's hours although it is a weekend. All sums are done in the calendar's own time zone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

Stretch = tuple[dt.time, dt.time]
HORIZON_DAYS = 3700
"""A calendar without a single working day within ten years has none."""


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    """The hours of each weekday, with the days off and the days worked in exchange."""

    timezone: str
    week: tuple[tuple[Stretch, ...], ...]
    days_off: frozenset[dt.date] = field(default_factory=frozenset)
    days_worked: frozenset[dt.date] = field(default_factory=frozenset)
    is_default: bool = False

    @classmethod
    def of(
        cls,
        *,
        timezone: str,
        hours: Iterable[tuple[int, dt.time, dt.time]],
        days: Iterable[tuple[dt.date, bool]] = (),
        is_default: bool = False,
    ) -> WorkCalendar:
        """A calendar from rows of (weekday, start, end) and of (day, is it worked)."""
        rows, marked = sorted(hours), list(days)
        return cls(
            timezone=timezone,
            is_default=is_default,
            week=tuple(
                tuple((s, e) for day, s, e in rows if day == weekday) for weekday in range(7)
            ),
            days_off=frozenset(day for day, worked in marked if not worked),
            days_worked=frozenset(day for day, worked in marked if worked),
        )

    @classmethod
    def office(cls, timezone: str = "Asia/Shanghai") -> WorkCalendar:
        """Monday to Friday, 9 to 12 and 13 to 18."""
        stretches = ((dt.time(9), dt.time(12)), (dt.time(13), dt.time(18)))
        return cls.of(timezone=timezone, hours=[(d, s, e) for d in range(5) for s, e in stretches])


def is_working_day(calendar: WorkCalendar, day: dt.date) -> bool:
    """Whether any hour of the day is worked."""
    return bool(_stretches(calendar, day))


def working_days_between(calendar: WorkCalendar, first: dt.date, last: dt.date) -> int:
    """How many working days lie between two days, both included."""
    span = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return sum(is_working_day(calendar, day) for day in span)


def working_time_add(calendar: WorkCalendar, start: dt.datetime, hours: Decimal) -> dt.datetime:
    """The moment when that many working hours have passed since `start`."""
    left = dt.timedelta(seconds=int(hours * 3600))
    moment = start
    for begins, ends in _from(calendar, start):
        moment = max(begins, start)
        if ends - moment >= left:
            return moment + left
        left -= ends - moment
    raise ValueError("The calendar has no working hours.")


def working_time_between(
    calendar: WorkCalendar, start: dt.datetime, end: dt.datetime
) -> dt.timedelta:
    """How much working time lies between two moments; nothing when they are in the wrong order."""
    total = dt.timedelta()
    for begins, ends in _from(calendar, start):
        if begins >= end:
            break
        total += min(ends, end) - max(begins, start)
    return total


def working_day_begun(calendar: WorkCalendar, moment: dt.datetime) -> dt.date:
    """The latest working day whose hours have begun by the moment."""
    return _last_worked(calendar, moment).astimezone(ZoneInfo(calendar.timezone)).date()


def working_days_back(calendar: WorkCalendar, moment: dt.datetime, days: int) -> dt.datetime:
    """The time of day that many working days ago; a moment out of hours counts as the end of the last ones."""
    zone = ZoneInfo(calendar.timezone)
    end = _last_worked(calendar, moment).astimezone(zone)
    day = end.date()
    for _n in range(days):
        day = _worked_before(calendar, day)
    return _moment(day, end.time(), zone)


def _last_worked(calendar: WorkCalendar, moment: dt.datetime) -> dt.datetime:
    """The moment itself in working hours, else the end of the last ones before it."""
    zone = ZoneInfo(calendar.timezone)
    day = moment.astimezone(zone).date()
    for n in range(HORIZON_DAYS):
        earlier = day - dt.timedelta(days=n)
        for starts, ends in reversed(_stretches(calendar, earlier)):
            if _moment(earlier, starts, zone) <= moment:
                return min(moment, _moment(earlier, ends, zone))
    raise ValueError("The calendar has no working hours.")


def _worked_before(calendar: WorkCalendar, day: dt.date) -> dt.date:
    before = (day - dt.timedelta(days=n) for n in range(1, HORIZON_DAYS))
    return next(one for one in before if is_working_day(calendar, one))


def _from(calendar: WorkCalendar, start: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    zone = ZoneInfo(calendar.timezone)
    first = start.astimezone(zone).date()
    for n in range(HORIZON_DAYS):
        day = first + dt.timedelta(days=n)
        for starts, ends in _stretches(calendar, day):
            begins, until = _moment(day, starts, zone), _moment(day, ends, zone)
            if until > start:
                yield begins, until


def _moment(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, time, zone).astimezone(dt.UTC)


def _stretches(calendar: WorkCalendar, day: dt.date) -> tuple[Stretch, ...]:
    if day in calendar.days_worked:
        return calendar.week[day.weekday()] or calendar.week[0]
    return () if day in calendar.days_off else calendar.week[day.weekday()]
