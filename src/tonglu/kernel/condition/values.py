"""The values in conditions: read strictly by kind of field, written back to JSON, and resolved against a given day and person.

Dates may be told from today (`today-7`), persons may be `me`. `limits` turns a test of an ordered field into plain comparisons, which
the predicate and the database filter share; a day asked of a point in time means that whole day where the asker lives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from tonglu.kernel.errors import DomainError
from tonglu.kernel.number import decimal_parse, decimal_text
from tonglu.kernel.percent import Percent
from tonglu.kernel.period import Period
from tonglu.kernel.period_text import period_parse
from tonglu.kernel.relative import is_relative, is_relative_day, relative_day, relative_period
from tonglu.kernel.text import N_

from .tree import Test

MAX_TEXT = 500
_LARGEST = Decimal(10) ** 15
_FIRST_YEAR, _LAST_YEAR = 1000, 9000


@dataclass(frozen=True, slots=True)
class Moment:
    """When and for whom a condition is asked: today and the zone of the person, and who "me" is."""

    today: date
    zone: tzinfo = UTC
    me: int | None = None
    fiscal_start: int = 1


@dataclass(frozen=True, slots=True)
class RelativeDay:
    """A day told from today, such as `today-7`."""

    text: str


@dataclass(frozen=True, slots=True)
class Me:
    """Whoever asks."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A comparison with a fixed bound: op is one of = < <= > >=."""

    op: str
    bound: Any


NUMBERS = frozenset({"integer", "decimal", "money", "percent"})
IDS = frozenset({"fk", "person", "many"})


def value_read(kind: str, raw: Any, choices: frozenset[str]) -> Any:
    """One value of JSON as a value of this kind; a DomainError says what is wrong with it."""
    if kind in NUMBERS:
        return _number(kind, raw)
    if kind in IDS:
        return _id(kind, raw)
    if kind in {"date", "datetime"}:
        return _day_or_instant(kind, raw)
    if kind == "bool":
        return _bool(raw)
    return _text(raw, choices)


def period_read(raw: Any) -> str:
    """The name of a period told from today, or the code of a fixed one."""
    if isinstance(raw, str) and not is_relative(raw):
        period_parse(raw)
    elif not isinstance(raw, str):
        raise _wrong(
            N_("This must be the name of a period."),
            N_("Use a name such as this_month or last_30_days."),
        )
    return raw


def value_json(value: Any) -> Any:
    """The value as JSON holds it."""
    match value:
        case tuple():
            return [value_json(one) for one in value]
        case Decimal():
            return decimal_text(value)
        case date():
            return value.isoformat()
        case RelativeDay(text):
            return text
        case Me():
            return "me"
        case _:
            return value


def limits(test: Test, moment: Moment) -> tuple[Limit, ...]:
    """The comparisons that all hold when the test of an ordered field does; `!=` gives those of `=`."""
    if test.op == "within":
        period = _period(test.value, moment)
        return (
            Limit(">=", _start(test, period.start, moment)),
            Limit("<", _start(test, period.end, moment)),
        )
    if test.op == "between":
        low, high = test.value
        return (*_compared(test, ">=", low, moment), *_compared(test, "<=", high, moment))
    return _compared(test, "=" if test.op == "!=" else test.op, test.value, moment)


def _compared(test: Test, op: str, value: Any, moment: Moment) -> tuple[Limit, ...]:
    if isinstance(value, RelativeDay):
        value = relative_day(value.text, moment.today)
    if test.kind != "datetime" or isinstance(value, datetime):
        return (Limit(op, value),)
    start = _start(test, value, moment)
    end = _start(test, value + timedelta(days=1), moment)
    return {
        "=": (Limit(">=", start), Limit("<", end)),
        "<": (Limit("<", start),),
        "<=": (Limit("<", end),),
        ">": (Limit(">=", end),),
        ">=": (Limit(">=", start),),
    }[op]


def _start(test: Test, day: date, moment: Moment) -> date | datetime:
    if test.kind == "date":
        return day
    return datetime.combine(day, time(), moment.zone).astimezone(UTC)


def _period(name: str, moment: Moment) -> Period:
    if is_relative(name):
        return relative_period(name, moment.today, moment.fiscal_start)
    return period_parse(name, moment.fiscal_start)


def _number(kind: str, raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise _wrong(N_("This must be a number."), N_("Write digits, such as 1,234.50."))
    text = (
        format(Decimal(repr(raw)), "f") if isinstance(raw, float) and abs(raw) < 1e15 else str(raw)
    )
    number = Percent.parse(text).fraction if text.endswith(("%", "％")) else decimal_parse(text)
    if abs(number) >= _LARGEST:
        raise _wrong(N_("This number is too large."), N_("Use a number below a quadrillion."))
    if kind == "integer" and number != number.to_integral_value():
        raise _wrong(N_("This must be a whole number."), N_("Leave out the decimals."))
    return number


def _id(kind: str, raw: Any) -> int | Me:
    if kind == "person" and raw == "me":
        return Me()
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= 18:
        return int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 10**18:
        return raw
    raise _wrong(N_("This must be the id of a record."), N_("Choose the record from the list."))


def _day_or_instant(kind: str, raw: Any) -> date | datetime | RelativeDay:
    if isinstance(raw, str) and is_relative_day(raw):
        return RelativeDay(raw)
    try:
        found = _instant(raw) if kind == "datetime" and "T" in str(raw) else date.fromisoformat(raw)
    except (ValueError, TypeError, OverflowError):
        found = None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise _wrong(
            N_("This must be a date."), N_("Write it as 2026-03-31, or told from today as today-7.")
        )
    return found


def _instant(raw: str) -> datetime | None:
    found = datetime.fromisoformat(raw)
    return found.astimezone(UTC) if found.tzinfo else None


def _bool(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise _wrong(N_("This must be yes or no."), N_("Use true or false."))
    return raw


def _text(raw: Any, choices: frozenset[str]) -> str:
    if raw in (None, ""):
        raise _wrong(N_("A value is missing."), N_("To find empty fields, use “is empty”."))
    if not isinstance(raw, str):
        raise _wrong(N_("This must be a text."), N_("To find empty fields, use “is empty”."))
    if len(raw) > MAX_TEXT or "\0" in raw or not _encodable(raw):
        raise _wrong(
            N_("This text is too long or holds characters that cannot be stored."),
            N_("Shorten it."),
        )
    if choices and raw not in choices:
        raise _wrong(N_("This is not one of the choices."), N_("Choose a value from the list."))
    return raw


def _encodable(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _wrong(message: str, next_step: str) -> DomainError:
    return DomainError(message, code="bad_value", next_step=next_step)
