"""Amounts, rates, dates and sizes as people read them, in both languages; made for lists, so each call takes about a microsecond.

Currency symbols are those that tell currencies apart for the reader (¥ is yuan on a Chinese page, CN¥ on an English one). Words for
times are kept here in a table, like the symbols, because they are grammar and not messages.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel.numbers import get_currency_symbol

from tonglu.kernel.currency import currency_scale
from tonglu.kernel.number import decimal_rounded, decimal_text
from tonglu.kernel.period_text import ENGLISH_MONTHS

_CENT = Decimal("0.01")
_UNIT = Decimal(1)

_ENGLISH_STEPS = ((10**9, 10**9, "B"), (10**6, 10**6, "M"), (10**4, 10**3, "K"))
_CHINESE_STEPS = ((10**8, 10**8, "亿"), (10**4, 10**4, "万"))
_SIZES = ("B", "KB", "MB", "GB", "TB")

_DAYS = {
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
    "zh": {-1: "昨天", 0: "今天", 1: "明天"},
}


def money_text(amount: Any, currency: str = "", language: str = "en") -> str:
    """An amount with its symbol and the places of its currency; grouped digits alone when no currency is given."""
    value = number_of(amount)
    if value is None:
        return "" if amount is None else str(amount)
    places, symbol = _currency(currency, language[:2])
    rounded = value.quantize(_UNIT if places == 0 else _CENT, ROUND_HALF_UP)
    return f"{'-' if rounded < 0 else ''}{symbol}{abs(rounded):,}"


def price_text(amount: Any, currency: str = "", language: str = "en") -> str:
    """A price of one unit: as an amount, but with every place it has, for a bolt costs 0.0375."""
    value = number_of(amount)
    if value is None:
        return "" if amount is None else str(amount)
    places, symbol = _currency(currency, language[:2])
    exact = -int(value.normalize().as_tuple().exponent)
    rounded = decimal_rounded(value, max(places, exact))
    return f"{'-' if rounded < 0 else ''}{symbol}{abs(rounded):,}"


def number_text(value: Any, places: int | None = None) -> str:
    """Grouped digits; all places the number has, or exactly `places`."""
    number = number_of(value)
    if number is None:
        return "" if value is None else str(value)
    if places is not None:
        return f"{decimal_rounded(number, places):,}"
    whole, dot, rest = decimal_text(number).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{dot}{rest}"


def percent_text(fraction: Any, places: int = 2) -> str:
    """A fraction in hundredths with at most so many places: 0.125 is 12.5%."""
    value = number_of(fraction)
    if value is None:
        return "" if fraction is None else str(fraction)
    return f"{number_text(decimal_rounded(value * 100, places))}%"


def compact_text(value: Any, currency: str = "", language: str = "en") -> str:
    """A large number in few characters: 1.2M in English, 120万 in Chinese; small ones in full."""
    number = number_of(value)
    if number is None:
        return "" if value is None else str(value)
    chinese = language.startswith("zh")
    symbol = _currency(currency, language[:2])[1]
    sign = f"-{symbol}" if number < 0 else symbol
    for least, step, unit in _CHINESE_STEPS if chinese else _ENGLISH_STEPS:
        if abs(number) >= least:
            return f"{sign}{number_text(_short(abs(number) / step))}{unit}"
    return f"{sign}{number_text(_short(abs(number), 2))}"


def bytes_text(size: Any) -> str:
    """The size of a file: 1.2 MB."""
    number = number_of(size)
    if number is None:
        return ""
    step = 0
    while abs(number) >= 1024 and step < len(_SIZES) - 1:
        number, step = number / 1024, step + 1
    return f"{decimal_text(decimal_rounded(number, 1 if step else 0))} {_SIZES[step]}"


def day_text(day: date, language: str = "en") -> str:
    """A day for lists and forms: 22 Nov 2026, 2026-11-22."""
    if language.startswith("zh"):
        return day.isoformat()
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def due_text(day: date, today: date, language: str = "en") -> str:
    """A day as distance from today within a month, otherwise the day itself."""
    distance = (day - today).days
    words = _DAYS["zh" if language.startswith("zh") else "en"]
    if distance in words:
        return words[distance]
    if abs(distance) > 30:
        return day_text(day, language)
    return _distance(distance, language, ("days", "天"))


def moment_text(moment: datetime, language: str = "en") -> str:
    """A point in time in full, in the zone it carries: 22 Nov 2026 14:05, 2026-11-22 14:05."""
    return f"{day_text(moment.date(), language)} {moment:%H:%M}"


def when_text(moment: datetime, now: datetime, language: str = "en") -> str:
    """A point in time as seen from `now`, in the zone of `now`: minutes, a time of day, or a date."""
    here = moment.astimezone(now.tzinfo)
    minutes = round((here - now).total_seconds() / 60)
    if minutes == 0:
        return "刚刚" if language.startswith("zh") else "just now"
    if abs(minutes) < 60:
        return _distance(minutes, language, ("min", "分钟"))
    return _time_of_day(here, now, language)


def number_of(value: Any) -> Decimal | None:
    """The value as an exact number, or None when it is no number."""
    if type(value) is Decimal:
        return value if value.is_finite() else None
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@lru_cache(maxsize=512)
def _currency(code: str, language: str) -> tuple[int, str]:
    """Places and symbol; a symbol of letters is set off by a narrow space."""
    if not code:
        return 2, ""
    symbol = get_currency_symbol(code, locale="zh_Hans" if language == "zh" else "en")
    return currency_scale(code), f"{symbol}\N{NO-BREAK SPACE}" if symbol.isalpha() else symbol


def _short(number: Decimal, places: int = 1) -> Decimal:
    return decimal_rounded(number, 0 if number >= 1000 else places)


def _distance(count: int, language: str, unit: tuple[str, str]) -> str:
    if language.startswith("zh"):
        return f"{abs(count)} {unit[1]}{'后' if count > 0 else '前'}"
    return f"in {count} {unit[0]}" if count > 0 else f"{-count} {unit[0]} ago"


def _time_of_day(here: datetime, now: datetime, language: str) -> str:
    days = (here.date() - now.date()).days
    words = _DAYS["zh" if language.startswith("zh") else "en"]
    if days == 0:
        return f"{here:%H:%M}"
    if days in words:
        return f"{words[days]} {here:%H:%M}"
    if here.year != now.year:
        return day_text(here.date(), language)
    if language.startswith("zh"):
        return f"{here:%m-%d %H:%M}"
    return f"{here.day} {ENGLISH_MONTHS[here.month - 1]} {here:%H:%M}"
