"""Conditions from and to JSON: strict, bounded in depth and size, every mistake reported with its place and the way out.

    {"all": [{"field": "amount", "op": ">=", "value": "10000"}, {"any": [...]}, {"not": {...}}]}

An empty object is the condition every record meets. `{"field": "owner", "op": "me"}` is short for `=` with the value `"me"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_

from .operators import OPERATORS, Arity, kind_of, operator_of
from .tree import (
    EVERYTHING,
    MAX_DEPTH,
    MAX_TESTS,
    MAX_VALUES,
    All,
    AnyOf,
    Condition,
    FieldInfo,
    FieldOf,
    Not,
    Test,
)
from .values import Me, period_read, value_json, value_read

_JOINS: dict[str, type[All] | type[AnyOf]] = {"all": All, "any": AnyOf}
_MAX_ERRORS = 20


def condition_parse(data: Any, field_of: FieldOf) -> Condition:
    """The condition that JSON data describes; `Invalid` maps the place of each mistake (`all[1].value`) to its sentence."""
    if data is None or data == {}:
        return EVERYTHING
    reader = _Reader(field_of)
    condition = reader.node(data, "", 1)
    if reader.errors:
        raise Invalid(
            {place: [error] for place, error in reader.errors.items()}, code="bad_condition"
        )
    return condition


def condition_json(condition: Condition) -> dict[str, Any]:
    """The condition as JSON data; `condition_parse` reads the same condition back."""
    match condition:
        case All(parts):
            return {"all": [condition_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [condition_json(part) for part in parts]}
        case Not(part):
            return {"not": condition_json(part)}
        case Test(field, _, op, value):
            test = {"field": field, "op": op}
            return test if value is None else {**test, "value": value_json(value)}


class _Reader:
    """Reads one tree and gathers what is wrong with it; a broken part is read as EVERYTHING, since it is never used."""

    def __init__(self, field_of: FieldOf) -> None:
        self.field_of = field_of
        self.errors: dict[str, DomainError] = {}
        self.tests = 0

    def node(self, data: Any, place: str, depth: int) -> Condition:
        if not isinstance(data, Mapping):
            return self._refuse(
                place, N_("A rule must be an object with field, op and value."), _SHAPE
            )
        if depth > MAX_DEPTH:
            return self._refuse(
                place, N_("The groups are nested too deeply."), N_("Use fewer levels of groups.")
            )
        keys = frozenset(data)
        for word, join in _JOINS.items():
            if keys == {word}:
                return self._group(join, word, data[word], place, depth)
        if keys == {"not"}:
            return Not(self.node(data["not"], _below(place, "not"), depth + 1))
        if keys in ({"field", "op"}, {"field", "op", "value"}):
            return self._test(data, place)
        return self._refuse(place, N_("This rule has parts that do not belong together."), _SHAPE)

    def _group(
        self, join: type[All] | type[AnyOf], word: str, parts: Any, place: str, depth: int
    ) -> Condition:
        place = _below(place, word)
        if not isinstance(parts, list) or len(parts) > MAX_TESTS:
            return self._refuse(place, N_("A group must be a list of at most 100 rules."), _SHAPE)
        if join is AnyOf and not parts:
            return self._refuse(
                place,
                N_("“Any of” needs at least one rule."),
                N_("Add a rule or remove the group."),
            )
        return join(
            tuple(self.node(part, f"{place}[{i}]", depth + 1) for i, part in enumerate(parts))
        )

    def _test(self, data: Mapping[str, Any], place: str) -> Condition:
        self.tests += 1
        if self.tests > MAX_TESTS:
            return self._refuse(
                "", N_("There are more than 100 rules."), N_("Split the condition in two.")
            )
        name = data["field"]
        field = self.field_of(name) if isinstance(name, str) else None
        if field is None:
            return self._refuse(
                _below(place, "field"),
                N_("There is no field “%(field)s” to ask about."),
                N_("Choose a field from the list."),
                field=str(name)[:100],
            )
        return self._value(field, name, data, place)

    def _value(self, field: FieldInfo, name: str, data: Mapping[str, Any], place: str) -> Condition:
        kind = kind_of(field)
        operator = operator_of(kind, data["op"])
        if operator is None:
            return self._refuse(
                _below(place, "op"),
                N_("“%(label)s” cannot be asked with “%(op)s”, only with %(operators)s."),
                N_("Choose an operator from the list."),
                label=field.label,
                op=str(data["op"])[:40],
                operators=", ".join(known.name for known in OPERATORS.get(kind, ())),
            )
        try:
            value = _value_read(field, kind, operator.arity, data.get("value"))
        except DomainError as error:
            return self._keep(_below(place, "value"), error)
        if operator.name == "me":
            return Test(name, kind, "=", Me())
        return Test(name, kind, operator.name, value)

    def _refuse(self, place: str, message: str, next_step: str, **params: Any) -> Condition:
        error = DomainError(
            message, code="bad_rule", field=place, params=params, next_step=next_step
        )
        return self._keep(place, error)

    def _keep(self, place: str, error: DomainError) -> Condition:
        if len(self.errors) < _MAX_ERRORS:
            self.errors.setdefault(place, error)
        return EVERYTHING


_SHAPE = N_("Write {“field”: …, “op”: …, “value”: …}, or a group with all, any or not.")


def _value_read(field: FieldInfo, kind: str, arity: Arity, raw: Any) -> Any:
    choices = (
        frozenset(str(value) for value, _ in field.choices)
        if kind in {"choice", "multi"}
        else frozenset()
    )
    if arity is Arity.NONE:
        return _nothing(raw)
    if arity is Arity.PERIOD:
        return period_read(raw)
    if arity is Arity.ONE:
        return value_read(kind, raw, choices)
    return tuple(value_read(kind, one, choices) for one in _several(raw, arity))


def _nothing(raw: Any) -> None:
    if raw is not None:
        raise DomainError(
            N_("This operator takes no value."),
            code="bad_value",
            next_step=N_("Leave the value out."),
        )


def _several(raw: Any, arity: Arity) -> list[Any]:
    if isinstance(raw, list) and (
        len(raw) == 2 if arity is Arity.TWO else 1 <= len(raw) <= MAX_VALUES
    ):
        return raw
    message = (
        N_("This must be a list of two values: from and to.")
        if arity is Arity.TWO
        else N_("This must be a list of 1 to 200 values.")
    )
    raise DomainError(message, code="bad_value", next_step=N_("Write the values as a list."))


def _below(place: str, step: str) -> str:
    return f"{place}.{step}" if place else step
