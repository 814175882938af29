"""Judges one record in memory, with the same answers as the database filter."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from .tree import All, AnyOf, Condition, Not, Test
from .values import IDS, NUMBERS, Me, Moment, limits

Getter = Callable[[Any, str], Any]
"""(row, field name) -> value; a tuple for a field that is reached over a to-many relation."""

NUMBER_TEXT = r"^-?[0-9]{1,40}([.][0-9]{1,40})?$"
_LEAP = r"([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29"
_MONTH_DAY = r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_DATE = rf"(([1-9][0-9]{{3}}-{_MONTH_DAY})|{_LEAP})"
DATE_TEXT = rf"^{_DATE}$"
INSTANT_TEXT = (
    rf"^{_DATE}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.]([0-9]{{3}}|[0-9]{{6}}))?)?"
    r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$"
)
ID_TEXT = r"^[0-9]{1,18}$"

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def condition_holds(
    condition: Condition, row: Any, moment: Moment, getter: Getter | None = None
) -> bool:
    """Whether the record meets the condition; fields are read with `getter`, or as attributes or keys."""
    match condition:
        case All(parts):
            return all(condition_holds(part, row, moment, getter) for part in parts)
        case AnyOf(parts):
            return any(condition_holds(part, row, moment, getter) for part in parts)
        case Not(part):
            return not condition_holds(part, row, moment, getter)
        case Test():
            return _test_holds(condition, (getter or field_value)(row, condition.field), moment)


def field_value(row: Any, name: str) -> Any:
    """The value at a dotted name, through attributes and keys; a missing link or key gives None."""
    value = row
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else getattr(value, step, None)
        if value is None:
            return None
    return value


def fold(text: str) -> str:
    """The text with A to Z in lower case, which is all that `contains` and `starts` overlook."""
    return text.translate(_LOWER)


def _test_holds(test: Test, raw: Any, moment: Moment) -> bool:
    if test.kind in {"multi", "many"}:
        return _members_hold(test, _members(test.kind, raw))
    known = [
        value
        for one in (raw if isinstance(raw, tuple) else (raw,))
        if (value := _comparable(test.kind, one)) is not None
    ]
    if test.op == "is_empty":
        return not known
    if test.op == "is_set":
        return bool(known)
    return any(_value_holds(test, value, moment) for value in known)


def _value_holds(test: Test, value: Any, moment: Moment) -> bool:
    if test.kind in NUMBERS or test.kind in {"date", "datetime"}:
        met = all(_COMPARE[limit.op](value, limit.bound) for limit in limits(test, moment))
        return met != (test.op == "!=")
    if test.kind == "text" and test.op in {"contains", "starts"}:
        wanted = fold(test.value)
        return wanted in fold(value) if test.op == "contains" else fold(value).startswith(wanted)
    wanted_values = test.value if isinstance(test.value, tuple) else (test.value,)
    found = value in [moment.me if isinstance(one, Me) else one for one in wanted_values]
    return found == (test.op in {"=", "in"})


def _members_hold(test: Test, members: frozenset[Any]) -> bool:
    match test.op:
        case "is_empty":
            return not members
        case "is_set":
            return bool(members)
        case "contains":
            return test.value in members
        case "in":
            return not members.isdisjoint(test.value)
        case _:
            return bool(members) and members.isdisjoint(test.value)


def _members(kind: str, raw: Any) -> frozenset[Any]:
    if callable(getattr(raw, "all", None)):
        raw = raw.all()
    elif not isinstance(raw, list | tuple | set | frozenset):
        return frozenset()
    known = (_comparable("fk" if kind == "many" else "text", one) for one in raw)
    return frozenset(one for one in known if one is not None)


def _comparable(kind: str, raw: Any) -> Any:
    """The value in the form tests compare, or None when it is empty or of another kind."""
    if raw is None or raw == "":
        return None
    if kind in NUMBERS:
        return _decimal(raw)
    if kind in IDS:
        return _identity(raw)
    return _READERS[kind](raw)


def _decimal(raw: Any) -> Decimal | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | Decimal):
        return Decimal(raw)
    text = format(Decimal(repr(raw)), "f") if isinstance(raw, float) else str(raw)
    return Decimal(text) if re.fullmatch(NUMBER_TEXT, text) else None


def _identity(raw: Any) -> int | None:
    key = getattr(raw, "pk", raw)
    if isinstance(key, bool):
        return None
    if isinstance(key, int):
        return key
    return int(key) if re.fullmatch(ID_TEXT, str(key)) else None


def _date(raw: Any) -> date | None:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    return (
        date.fromisoformat(raw) if isinstance(raw, str) and re.fullmatch(DATE_TEXT, raw) else None
    )


def _instant(raw: Any) -> datetime | None:
    if isinstance(raw, datetime):
        return raw if raw.tzinfo else raw.replace(tzinfo=UTC)
    return (
        datetime.fromisoformat(raw)
        if isinstance(raw, str) and re.fullmatch(INSTANT_TEXT, raw)
        else None
    )


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": lambda raw: None if isinstance(raw, int | float | list | dict) else str(raw),
    "choice": lambda raw: None if isinstance(raw, bool | list | dict) else str(raw),
    "bool": lambda raw: raw if isinstance(raw, bool) else None,
    "date": _date,
    "datetime": _instant,
    "json": lambda raw: raw if raw not in ({}, []) else None,
}
