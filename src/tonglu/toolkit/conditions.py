"""Conditions as database filters, and rows read for conditions: one closed map of fields, one meaning.

`condition_q` gives the same answer for a million rows as `condition_holds` gives for one in memory. A field is a `DbField`: its `path`
is an ORM path from the model (`account__industry`), and a dot in it leads to a key of a JSON column (`custom.size`,
`account__custom.size`). Names in a condition are only ever looked up in `field_of`; they never reach the ORM themselves. Values of
JSON keys are cast only after their text has been checked, so that a value of another type is empty and not an error.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any, Protocol

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value

from tonglu.kernel.condition import All, AnyOf, Condition, FieldInfo, Me, Moment, Not, Test, limits

from .condition_columns import Column, column_of, negated

ORDERED = frozenset({"integer", "decimal", "money", "percent", "date", "datetime"})
_LOOKUPS = {"=": "exact", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


class DbField(FieldInfo, Protocol):
    """A field that the database can be asked about."""

    @property
    def path(self) -> str: ...


DbFieldOf = Callable[[str], DbField | None]


def condition_q(
    condition: Condition, model: type[models.Model], field_of: DbFieldOf, moment: Moment
) -> Q:
    """The condition as a filter for rows of `model`."""
    return _Compiler(model, field_of, moment).compiled(condition)


def row_getter(field_of: DbFieldOf) -> Callable[[Any, str], Any]:
    """Reads the fields of a row for `condition_holds`, along the same paths; nothing for a name outside the map."""

    def get(row: Any, name: str) -> Any:
        field = field_of(name)
        return None if field is None else _path_value(row, field.path)

    return get


class _Compiler:
    """Compiles the conditions of one model for one moment."""

    def __init__(self, model: type[models.Model], field_of: DbFieldOf, moment: Moment) -> None:
        self.model = model
        self.field_of = field_of
        self.moment = moment

    def compiled(self, condition: Condition) -> Q:
        match condition:
            case All(()):
                return Q(Value(True, output_field=models.BooleanField()))
            case All(parts):
                return reduce(operator.and_, map(self.compiled, parts))
            case AnyOf(parts):
                return reduce(operator.or_, map(self.compiled, parts))
            case Not(part):
                return negated(self.compiled(part))
            case Test():
                return self._test(condition)

    def _test(self, test: Test) -> Q:
        field = self.field_of(test.field)
        if field is None:
            return Q(Value(False, output_field=models.BooleanField()))
        path, _, key = field.path.partition(".")
        crosses_many, model_field = _walked(self.model, path)
        column = column_of(path, key, test.kind, model_field)
        if crosses_many:
            return self._among_many(test, column)
        return self._answer(test, column)

    def _among_many(self, test: Test, column: Column) -> Q:
        if test.op == "is_empty":
            return Q(~self._exists(column.is_set()))
        if test.kind == "many" and test.op == "not_in":
            has_one = self._exists(column.where("in", test.value))
            return Q(self._exists(column.is_set())) & Q(~has_one)
        return Q(self._exists(self._answer(test, column)))

    def _exists(self, part: Q) -> Exists:
        rows = self.model._base_manager.filter(pk=OuterRef("pk"))
        return Exists(rows.filter(part).order_by())

    def _answer(self, test: Test, column: Column) -> Q:
        if test.op == "is_set":
            return column.is_set()
        if test.op == "is_empty":
            return negated(column.is_set())
        if test.kind in ORDERED:
            return self._ordered(test, column)
        if test.kind == "multi":
            return _among_members(test, column)
        if test.kind == "text" and test.op in ("contains", "starts"):
            return (
                column.contains(test.value) if test.op == "contains" else column.starts(test.value)
            )
        return self._same(test, column)

    def _ordered(self, test: Test, column: Column) -> Q:
        found = limits(test, self.moment)
        met = reduce(operator.and_, (column.where(_LOOKUPS[one.op], one.bound) for one in found))
        return column.is_set() & negated(met) if test.op == "!=" else met

    def _same(self, test: Test, column: Column) -> Q:
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        wanted = [self.moment.me if isinstance(one, Me) else one for one in values]
        met = column.where("in", [one for one in wanted if one is not None])
        return column.is_set() & negated(met) if test.op in ("!=", "not_in") else met


def _among_members(test: Test, column: Column) -> Q:
    wanted = test.value if isinstance(test.value, tuple) else (test.value,)
    has_one = reduce(operator.or_, map(column.has_member, wanted))
    return column.is_set() & negated(has_one) if test.op == "not_in" else has_one


def _walked(model: type[models.Model], path: str) -> tuple[bool, Any]:
    """Whether the path crosses a to-many relation, and the field at its end."""
    crosses_many, field, here = False, None, model
    for step in path.split("__"):
        field = here._meta.get_field(step)
        crosses_many = crosses_many or bool(field.many_to_many or field.one_to_many)
        here = field.related_model  # type: ignore[assignment]
    return crosses_many, field


def _path_value(row: Any, path: str) -> Any:
    path, _, key = path.partition(".")
    value = _stepped(row, path.split("__"))
    if not key:
        return value
    if isinstance(value, tuple):
        return tuple((one or {}).get(key) for one in value)
    return (value or {}).get(key)


def _stepped(row: Any, steps: list[str]) -> Any:
    if row is None:
        return None
    field = row._meta.get_field(steps[0])
    if field.many_to_many or field.one_to_many:
        return _flattened(row, field, steps[1:])
    if len(steps) == 1:
        return getattr(row, getattr(field, "attname", field.name))
    return _stepped(getattr(row, field.name), steps[1:])


def _flattened(row: Any, field: Any, steps: list[str]) -> tuple[Any, ...]:
    name = field.get_accessor_name() if field.auto_created else field.name
    found: list[Any] = []
    for other in getattr(row, name).all():
        value = _stepped(other, steps) if steps else other.pk
        found += value if isinstance(value, tuple) else (value,)
    return tuple(found)
