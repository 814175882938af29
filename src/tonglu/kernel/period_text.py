"""How periods are written: a short code for addresses and files, and a name for people in either language.

Codes: `2026`, `2026-H1`, `2026-Q1`, `2026-03`, `2026-03-15`, `2026-03-01..2026-03-15`; book years that do not begin in January carry
`FY`. `period_parse` reads the codes and the names back, and what people write in between.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from tonglu.kernel.period import MONTHS_OF, Period, month_added, no_period

CHINESE_QUARTERS = "一二三四"
CHINESE_HALVES = "上下"
ENGLISH_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)

_YEAR = r"(?P<fy>fy)?\s*(?P<year>\d{4})"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}(年|财年|年度)?",
        rf"{_YEAR}\s*[-/ ]?\s*(?P<unit>[qh])(?P<number>\d)",
        r"(?P<unit>[qh])(?P<number>\d)\s*[-/ ]?\s*(?P<fy>fy)?\s*(?P<year>\d{4})",
        rf"{_YEAR}(年|财年|年度)(?P<half>[上下])半年度?",
        rf"{_YEAR}(年|财年|年度)第?(?P<quarter>[一二三四1-4])季度?",
        r"(?P<year>\d{4})([-/.]|年)(?P<month>\d{1,2})月?",
        r"(?P<name>[a-z]{3})[a-z]*\.?\s+(?P<year>\d{4})",
        r"(?P<year>\d{4})([-/.]|年)(?P<month>\d{1,2})([-/.]|月)(?P<day>\d{1,2})日?",
    )
)
_RANGE = re.compile(r"\s*(?:\.\.|–|—|至|到| to )\s*")


def period_code(period: Period, fiscal_start: int = 1) -> str:
    """The shortest code of the period."""
    unit = period_unit(period, fiscal_start)
    if unit == "day":
        return period.start.isoformat()
    if unit == "month":
        return f"{period.start:%Y-%m}"
    if unit in ("quarter", "half", "year"):
        prefix = "" if fiscal_start == 1 else "FY"
        part = "" if unit == "year" else f"-{unit[0].upper()}{_number(period, unit, fiscal_start)}"
        return f"{prefix}{_book_year(period, fiscal_start)}{part}"
    return f"{period.start.isoformat()}..{period.last_day.isoformat()}"


def period_name(period: Period, language: str = "en", fiscal_start: int = 1) -> str:
    """The period as people say it: "Q1 2026", "2026年第一季度"."""
    unit = period_unit(period, fiscal_start)
    chinese = language.startswith("zh")
    if unit == "day":
        return day_name(period.start, language)
    if unit == "month":
        return (
            _chinese_month(period)
            if chinese
            else f"{ENGLISH_MONTHS[period.start.month - 1]} {period.start.year}"
        )
    if unit in ("quarter", "half", "year"):
        return (_chinese_part if chinese else _english_part)(period, unit, fiscal_start)
    between = "至" if chinese else " – "
    return day_name(period.start, language) + between + day_name(period.last_day, language)


def day_name(day: date, language: str = "en") -> str:
    """A day as people write it: "22 Nov 2026", "2026年11月22日"."""
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def period_unit(period: Period, fiscal_start: int = 1) -> str:
    """Which unit the period is exactly: day, month, quarter, half, year, or "" when it is none."""
    if period.days == 1:
        return "day"
    for unit, months in MONTHS_OF.items():
        if period.months == months and period == Period.containing(
            period.start, unit, fiscal_start
        ):
            return unit
    return ""


def period_parse(text: str, fiscal_start: int = 1) -> Period:
    """The period a code or a name means; a refusal with examples when it means none."""
    plain = unicodedata.normalize("NFKC", text[:60]).strip()
    ends = _RANGE.split(plain)
    try:
        if len(ends) == 2:
            first, last = (_single(end, fiscal_start) for end in ends)
            return Period(first.start, last.end)
        return _single(plain, fiscal_start)
    except ValueError:
        raise no_period(text) from None


def _single(text: str, fiscal_start: int) -> Period:
    found = next((match for pattern in _PATTERNS if (match := pattern.fullmatch(text))), None)
    if not found:
        raise ValueError(text)
    parts = {name: value for name, value in found.groupdict().items() if value}
    year = int(parts["year"])
    if "day" in parts:
        return Period.day(date(year, int(parts["month"]), int(parts["day"])))
    if "name" in parts:
        parts["month"] = str(ENGLISH_MONTHS.index(parts["name"].title()) + 1)
    if "month" in parts:
        return Period.month(year, int(parts["month"]))
    return _book_part(year, parts, fiscal_start)


def _book_part(year: int, parts: dict[str, str], fiscal_start: int) -> Period:
    if "half" in parts:
        return Period.half(year, CHINESE_HALVES.index(parts["half"]) + 1, fiscal_start)
    if "quarter" in parts:
        place = CHINESE_QUARTERS.find(parts["quarter"])
        return Period.quarter(year, place + 1 or int(parts["quarter"]), fiscal_start)
    if "unit" in parts:
        make = Period.quarter if parts["unit"] in "qQ" else Period.half
        return make(year, int(parts["number"]), fiscal_start)
    return Period.year(year, fiscal_start)


def _book_year(period: Period, fiscal_start: int) -> int:
    return month_added(period.start, 1 - fiscal_start).year


def _number(period: Period, unit: str, fiscal_start: int) -> int:
    return (period.start.month - fiscal_start) % 12 // MONTHS_OF[unit] + 1


def _english_part(period: Period, unit: str, fiscal_start: int) -> str:
    year = f"{'' if fiscal_start == 1 else 'FY'}{_book_year(period, fiscal_start)}"
    return (
        year if unit == "year" else f"{unit[0].upper()}{_number(period, unit, fiscal_start)} {year}"
    )


def _chinese_part(period: Period, unit: str, fiscal_start: int) -> str:
    year = f"{_book_year(period, fiscal_start)}{'年' if fiscal_start == 1 else '财年'}"
    if unit == "year":
        return year
    place = _number(period, unit, fiscal_start) - 1
    return year + (
        f"{CHINESE_HALVES[place]}半年" if unit == "half" else f"第{CHINESE_QUARTERS[place]}季度"
    )


def _chinese_month(period: Period) -> str:
    return f"{period.start.year}年{period.start.month}月"
