"""Which facts a component reads: a filter over the fields of the fact, the payees and the roles.

A filter is {field: value}, {field: [values]}, {field: {op: value}}, or a condition tree of
{"all": [...]}, {"any": [...]}, {"not": ...} and {"field", "op", "value"}.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from tonglu.kernel.text import N_

from .facts import Credit, Fact
from .faults import PayFault, fault
from .model.component import Component
from .model.modifiers import OPERATORS
from .model.reading import day
from .numbers import exact

_WORDS = OPERATORS | {
    "not_in": "not_in",
    "none_of": "not_in",
    "contains": "contains",
    "starts": "starts",
    "is_empty": "is_empty",
    "is_set": "is_set",
    "between": "between",
    "min": ">=",
    "max": "<=",
    "from": ">=",
    "to": "<=",
}


TRUTH = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


def selected(component: Component, fact: Fact, credit: Credit) -> bool:
    """Whether this credit of this fact is read by the component."""
    if component.payees and credit.payee not in component.payees:
        return False
    return credit.role in component.roles and matches(component.filter, fact.values)


def matches(condition: Mapping[str, Any] | None, values: Mapping[str, Any]) -> bool:
    if not condition:
        return True
    if "field" in condition and "op" in condition:
        return compare(condition["op"], _field(values, condition["field"]), condition.get("value"))
    return all(_holds(key, wanted, values) for key, wanted in condition.items())


def compare(operator: str, got: Any, wanted: Any) -> bool:
    """One comparison of the rule language; numbers compare as numbers, dates as dates."""
    word = _WORDS.get(str(operator).lower())
    if word is None:
        raise fault("unknown_operator", N_("“%(op)s” is not an operator."), op=operator)
    return _TESTS[word](got, wanted)


def _holds(key: str, wanted: Any, values: Mapping[str, Any]) -> bool:
    if key in ("all", "any") and isinstance(wanted, (list, tuple)):
        return (all if key == "all" else any)(matches(item, values) for item in wanted)
    if key == "not" and isinstance(wanted, Mapping):
        return not matches(wanted, values)
    got = _field(values, key)
    if isinstance(wanted, Mapping):
        return all(compare(op, got, value) for op, value in wanted.items())
    if isinstance(wanted, (list, tuple)):
        return compare("in", got, wanted)
    return _same(got, wanted)


def _field(values: Mapping[str, Any], path: str) -> Any:
    if path in values:
        return values[path]
    value: Any = values
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _same(got: Any, wanted: Any) -> bool:
    if got is None or wanted is None or isinstance(got, bool) or isinstance(wanted, bool):
        return bool(_truth(got) is _truth(wanted))
    left, right = _pair(got, wanted)
    return bool(left == right)


def _truth(value: Any) -> Any:
    """Yes and no in words, as a table or a hand-written file has them, beside true and false."""
    return TRUTH.get(value.strip().lower(), value) if isinstance(value, str) else value


def _pair(got: Any, wanted: Any) -> tuple[Any, Any]:
    """Both as numbers, else both as dates, else both as text."""
    if isinstance(got, dt.date) or isinstance(wanted, dt.date):
        return day(got), day(wanted)
    try:
        return exact(got), exact(wanted)
    except PayFault:
        return str(got), str(wanted)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda got, wanted: got is not None and test(*_comparable(got, wanted))


def _comparable(got: Any, wanted: Any) -> tuple[Any, Any]:
    """A pair of one kind: whether "n/a" is more than 5 nobody can say."""
    left, right = _pair(got, wanted)
    if isinstance(left, str) and _is_number(got) != _is_number(wanted):
        raise fault(
            "not_comparable",
            N_("“%(got)s” cannot be compared with “%(wanted)s”: only one of them is a number."),
            got=got,
            wanted=wanted,
        )
    return left, right


def _is_number(value: Any) -> bool:
    try:
        exact(value)
    except PayFault:
        return False
    return True


def _among(got: Any, wanted: Any) -> bool:
    if isinstance(got, (list, tuple)):
        return any(_among(item, wanted) for item in got)
    return any(_same(got, item) for item in wanted)


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": _same,
    "!=": lambda got, wanted: not _same(got, wanted),
    ">=": _ordered(lambda left, right: left >= right),
    ">": _ordered(lambda left, right: left > right),
    "<=": _ordered(lambda left, right: left <= right),
    "<": _ordered(lambda left, right: left < right),
    "in": _among,
    "not_in": lambda got, wanted: not _among(got, wanted),
    "contains": lambda got, wanted: got is not None and str(wanted) in str(got),
    "starts": lambda got, wanted: got is not None and str(got).startswith(str(wanted)),
    "is_empty": lambda got, _: got in (None, "", [], ()),
    "is_set": lambda got, _: got not in (None, "", [], ()),
    "between": lambda got, wanted: (
        got is not None and compare(">=", got, wanted[0]) and compare("<=", got, wanted[1])
    ),
}
