"""Stretches of days, half-open: the day in `end` is the first that no longer belongs.

Months, quarters, halves and years are *whole* periods; they start on the first of a month and can be stepped through with
`shifted`. A *fiscal start* is the month (1 to 12) in which the book year begins; quarters, halves and years follow it, and a book
year is named after the calendar year in which it begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""How many months each whole period has."""

UNITS = ("day", "week", *MONTHS_OF)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """All days from `start` up to, not including, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise DomainError(
                N_("A period cannot end before it starts."),
                code="period_reversed",
                next_step=N_("Swap the two dates."),
            )

    @classmethod
    def through(cls, first: date, last: date) -> Period:
        """From the first to the last day, both included, as people say it."""
        return cls(first, last + _DAY)

    @classmethod
    def day(cls, day: date) -> Period:
        """One day."""
        return cls(day, day + _DAY)

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """A calendar month."""
        return cls._whole(date(year, month, 1), 1)

    @classmethod
    def quarter(cls, year: int, quarter: int, fiscal_start: int = 1) -> Period:
        """The 1st to 4th quarter of the book year that begins in `year`."""
        return cls._part(year, quarter, 3, fiscal_start)

    @classmethod
    def half(cls, year: int, half: int, fiscal_start: int = 1) -> Period:
        """The first or second half of the book year that begins in `year`."""
        return cls._part(year, half, 6, fiscal_start)

    @classmethod
    def year(cls, year: int, fiscal_start: int = 1) -> Period:
        """The book year that begins in `year`."""
        return cls._part(year, 1, 12, fiscal_start)

    @classmethod
    def containing(cls, day: date, unit: str, fiscal_start: int = 1) -> Period:
        """The day, week (from Monday), month, quarter, half or year around `day`."""
        if unit == "day":
            return cls.day(day)
        if unit == "week":
            monday = day - timedelta(days=day.weekday())
            return cls(monday, monday + timedelta(days=7))
        months = MONTHS_OF[unit]
        return cls._whole(month_added(day, -((day.month - fiscal_start) % months)), months)

    @property
    def last_day(self) -> date:
        """The last day that belongs to a period that is not empty."""
        return self.end - _DAY

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    @property
    def months(self) -> int:
        """How many whole months it is made of; 0 when it does not begin and end with a month."""
        if self.start.day != 1 or self.end.day != 1:
            return 0
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=number) for number in range(self.days))

    def __len__(self) -> int:
        return self.days

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a day."""
        return max(self.start, other.start) < min(self.end, other.end)

    def intersection(self, other: Period) -> Period | None:
        """The days in both, or None."""
        if not self.overlaps(other):
            return None
        return Period(max(self.start, other.start), min(self.end, other.end))

    def shifted(self, steps: int) -> Period:
        """The period so many of its own lengths later (earlier when negative); whole months stay whole."""
        if self.months:
            move = self.months * steps
            return Period(month_added(self.start, move), month_added(self.end, move))
        return Period(
            self.start + steps * (self.end - self.start), self.end + steps * (self.end - self.start)
        )

    def split(self, unit: str, fiscal_start: int = 1) -> tuple[Period, ...]:
        """Its weeks, months, quarters … in order; the first and last are cut to its bounds."""
        parts: list[Period] = []
        day = self.start
        while day < self.end:
            part = Period.containing(day, unit, fiscal_start)
            parts.append(Period(day, min(part.end, self.end)))
            day = part.end
        return tuple(parts)

    def same_days_before(self, years: int = 1) -> Period:
        """The same dates so many years earlier; 29 February becomes 1 March."""
        return Period(_year_back(self.start, years), _year_back(self.end, years))

    @classmethod
    def _whole(cls, first: date, months: int) -> Period:
        return cls(first, month_added(first, months))

    @classmethod
    def _part(cls, year: int, number: int, months: int, fiscal_start: int) -> Period:
        if not 1 <= number <= 12 // months or not 1 <= fiscal_start <= 12:
            raise no_period(f"{year}-{number}")
        first = month_added(date(year, fiscal_start, 1), (number - 1) * months)
        return cls._whole(first, months)


def month_added(day: date, months: int) -> date:
    """The first of the month that lies so many months from the month of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of a shorter month."""
    first = month_added(day, months)
    return min(first + timedelta(days=day.day - 1), month_added(first, 1) - _DAY)


def no_period(text: str) -> DomainError:
    """The refusal of a text that names no period."""
    return DomainError(
        N_("“%(text)s” is not a period."),
        code="not_a_period",
        params={"text": text[:40]},
        next_step=N_("Write a year, quarter or month, such as 2026, 2026-Q1 or 2026-03."),
    )


def _year_back(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
