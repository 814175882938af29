"""The span of days a page of pay shows: a month or a year, with its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tonglu.compensation.core.spans import months_after


@dataclass(frozen=True, kw_only=True)
class Span:
    """A month or a year; `code` is what the address says."""

    first: date
    last: date
    code: str
    before: str
    after: str
    is_year: bool


def span_asked(text: str, day: date) -> Span:
    """The span an address asks for: `2026-11` or `2026`; this month when it asks for none."""
    if text.isdecimal() and len(text) == 4 and 1900 < int(text) < 9999:
        year = int(text)
        return Span(
            first=date(year, 1, 1),
            last=date(year, 12, 31),
            code=text,
            before=str(year - 1),
            after=str(year + 1),
            is_year=True,
        )
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = day.replace(day=1)
    following = months_after(first, 1)
    return Span(
        first=first,
        last=following - timedelta(days=1),
        code=f"{first:%Y-%m}",
        before=f"{months_after(first, -1):%Y-%m}",
        after=f"{following:%Y-%m}",
        is_year=False,
    )


def year_of(span: Span) -> tuple[date, date]:
    """The first and last day of the span's year."""
    return date(span.first.year, 1, 1), date(span.first.year, 12, 31)
