"""Periods told from today: `this_month`, `last_30_days`, `next_quarter`, and days such as `today-7`.

`last_N_days` and `next_N_days` count today as one of the N; with weeks, months, quarters and years the N whole ones before or after the
current one are meant. `..._to_date` runs from the start of the current unit through today.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from tonglu.kernel.period import UNITS, Period, no_period

RELATIVE_PERIODS = (
    *("today", "yesterday", "tomorrow"),
    *(f"{turn}_{unit}" for unit in UNITS[1:] for turn in ("this", "last", "next")),
    *("month_to_date", "quarter_to_date", "year_to_date"),
    *("last_7_days", "last_30_days", "last_90_days", "next_7_days", "next_30_days", "next_90_days"),
)
"""The names offered in lists; `last_N_days` and the like are understood for any N up to 9999."""

_TURN = re.compile(r"(this|last|next)_(week|month|quarter|half|year)")
_TO_DATE = re.compile(r"(week|month|quarter|half|year)_to_date")
_COUNTED = re.compile(r"(last|next)_([1-9]\d{0,3})_(day|week|month|quarter|half|year)s")
_DAY = re.compile(r"today(?:([+-])(\d{1,4}))?")

_STEP = {"last": -1, "this": 0, "next": 1}
_DAY_STEPS = {"yesterday": -1, "today": 0, "tomorrow": 1}

_CHINESE_DAYS = {"today": "今天", "yesterday": "昨天", "tomorrow": "明天"}
_CHINESE_TURNS = {"this": "本", "last": "上", "next": "下"}
_CHINESE_UNITS = {
    "day": "天",
    "week": "周",
    "month": "月",
    "quarter": "季度",
    "half": "半年",
    "year": "年",
}
_CHINESE_YEARS = {"this": "今年", "last": "去年", "next": "明年"}
_CHINESE_COUNTS = {
    "day": "天",
    "week": "周",
    "month": "个月",
    "quarter": "个季度",
    "half": "个半年",
    "year": "年",
}
_ENGLISH_UNITS = {"half": "half-year"}


def is_relative(name: str) -> bool:
    """Whether the name is a period told from today."""
    return name in _DAY_STEPS or any(
        pattern.fullmatch(name) for pattern in (_TURN, _TO_DATE, _COUNTED)
    )


def relative_period(name: str, today: date, fiscal_start: int = 1) -> Period:
    """The days a name means when today is `today`."""
    try:
        return _relative(name, today, fiscal_start)
    except (OverflowError, ValueError):
        raise no_period(name) from None


def is_relative_day(text: str) -> bool:
    """Whether the text is a day told from today: `today`, `today-7`, `today+30`."""
    return bool(_DAY.fullmatch(text))


def relative_day(text: str, today: date) -> date:
    """The day `today`, `today-7` or `today+30` means."""
    found = _DAY.fullmatch(text)
    if not found:
        raise no_period(text)
    days = int(found[2] or 0)
    try:
        return today + timedelta(days=-days if found[1] == "-" else days)
    except OverflowError:
        raise no_period(text) from None


def relative_name(name: str, language: str = "en") -> str:
    """The period in words: "last 30 days", "最近 30 天"."""
    return _chinese(name) if language.startswith("zh") else _english(name)


def _relative(name: str, today: date, fiscal_start: int) -> Period:
    if name in _DAY_STEPS:
        return Period.day(today + timedelta(days=_DAY_STEPS[name]))
    if found := _TURN.fullmatch(name):
        return Period.containing(today, found[2], fiscal_start).shifted(_STEP[found[1]])
    if found := _TO_DATE.fullmatch(name):
        return Period.through(Period.containing(today, found[1], fiscal_start).start, today)
    if found := _COUNTED.fullmatch(name):
        return _counted(found[1], int(found[2]), found[3], today, fiscal_start)
    raise no_period(name)


def _counted(turn: str, count: int, unit: str, today: date, fiscal_start: int) -> Period:
    if unit == "day" and turn == "last":
        return Period.through(today - timedelta(days=count - 1), today)
    if unit == "day":
        return Period(today, today + timedelta(days=count))
    current = Period.containing(today, unit, fiscal_start)
    if turn == "last":
        return Period(current.shifted(-count).start, current.start)
    return Period(current.end, current.shifted(count).end)


def _english(name: str) -> str:
    for unit, word in _ENGLISH_UNITS.items():
        name = name.replace(unit, word)
    return name.replace("_", " ")


def _chinese(name: str) -> str:
    if name in _CHINESE_DAYS:
        return _CHINESE_DAYS[name]
    if found := _TURN.fullmatch(name):
        return (
            _CHINESE_YEARS[found[1]]
            if found[2] == "year"
            else _CHINESE_TURNS[found[1]] + _CHINESE_UNITS[found[2]]
        )
    if found := _TO_DATE.fullmatch(name):
        start = "今年" if found[1] == "year" else "本" + _CHINESE_UNITS[found[1]]
        return f"{start}至今"
    if found := _COUNTED.fullmatch(name):
        turn = "最近" if found[1] == "last" else "未来"
        return f"{turn} {found[2]} {_CHINESE_COUNTS[found[3]]}"
    return name
