"""Windows: how long credits add up before the position starts again from zero."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from tonglu.kernel.text import N_

from .facts import Fact
from .faults import fault

_KEYS: Mapping[str, Callable[[dt.date], str]] = {
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    "half": lambda day: f"{day.year}-H{1 if day.month <= 6 else 2}",
    "year": lambda day: str(day.year),
}


CALENDAR = frozenset(_KEYS)


def window_key(window: str, fact: Fact) -> str:
    """The name of the window a fact falls into: "2024-03", "2024-Q1", "all", or the fact itself."""
    if window == "all":
        return "all"
    if window == "transaction":
        return fact.id
    if fact.date is None:
        raise fault("no_date", N_("Transaction %(id)s needs a date for its window."), id=fact.id)
    return calendar_key(window, fact.date)


def calendar_key(period: str, on: dt.date) -> str:
    """The month, quarter, half or year of a day."""
    return _KEYS[period](on)


def last_day(key: str) -> dt.date | None:
    """The last day of a calendar window by its name; None for a window without an end, and for that of one fact."""
    year, dash, part = key.partition("-")
    if not (len(year) == 4 and year.isdecimal()) or (dash and not part):
        return None
    months = {"": 12, "H": 6, "Q": 3}
    length = months.get(part[:1], 1)
    number = part[1:] if part[:1] in ("H", "Q") else part
    if part and not number.isdecimal():
        return None
    month = length * int(number or 1)
    if not 1 <= month <= 12 or (part and length == 1 and len(part) != 2):
        return None
    return dt.date(int(year) + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def window_names(key: str) -> tuple[str, ...]:
    """The names a quota may use for a window: "2024-Q1", and "Q1" for every year."""
    head, dash, tail = key.partition("-")
    return (key, tail) if dash and head.isdigit() else (key,)
