"""Where the values of a field are in the database: a column, or a key of a JSON column behind a checked cast.

A JSON value is cast only after its text has the right form, so that a value of another type counts as empty and is never an error.
The same patterns guard the reading of a row in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When, lookups
from django.db.models.functions import Cast, StrIndex

from tonglu.kernel.condition.predicate import DATE_TEXT, ID_TEXT, INSTANT_TEXT, NUMBER_TEXT, fold
from tonglu.toolkit.search import LowerCase

_LOOKUPS: dict[str, type[lookups.Lookup[Any]]] = {
    "exact": lookups.Exact,
    "in": lookups.In,
    "lt": lookups.LessThan,
    "lte": lookups.LessThanOrEqual,
    "gt": lookups.GreaterThan,
    "gte": lookups.GreaterThanOrEqual,
}
_CASTS: dict[str, tuple[str, str, type[models.Field[Any, Any]]]] = {
    "integer": (NUMBER_TEXT, "numeric", models.DecimalField),
    "decimal": (NUMBER_TEXT, "numeric", models.DecimalField),
    "money": (NUMBER_TEXT, "numeric", models.DecimalField),
    "percent": (NUMBER_TEXT, "numeric", models.DecimalField),
    "date": (DATE_TEXT, "date", models.DateField),
    "datetime": (INSTANT_TEXT, "timestamptz", models.DateTimeField),
    "fk": (ID_TEXT, "bigint", models.BigIntegerField),
    "person": (ID_TEXT, "bigint", models.BigIntegerField),
}
_JSON_TYPES = {"text": ("string",), "choice": ("string", "number"), "bool": ("boolean",)}


@dataclass(frozen=True, kw_only=True)
class Column:
    """The values of one field: `path` is a lookup path, or "" when only the expression gives them."""

    kind: str
    expression: Any
    path: str = ""
    is_text: bool = False
    is_array: bool = False

    def where(self, lookup: str, value: Any) -> Q:
        """The rows whose value compares so."""
        if self.path:
            return Q(**{f"{self.path}__{lookup}": value})
        return Q(_LOOKUPS[lookup](self.expression, value))

    def is_set(self) -> Q:
        """The rows that have a value."""
        if self.kind == "multi":
            return self._has_members()
        if self.kind == "json":
            return Q(_HasContent(self.expression))
        return self.where("gt", "") if self.is_text else Q(_IsSet(self.expression))

    def contains(self, text: str) -> Q:
        """The rows whose text has this part, in any case."""
        return Q(lookups.GreaterThan(StrIndex(LowerCase(self.expression), Value(fold(text))), 0))

    def starts(self, text: str) -> Q:
        """The rows whose text begins so, in any case."""
        return Q(_StartsWith(LowerCase(self.expression), Value(fold(text))))

    def has_member(self, value: str) -> Q:
        """The rows whose list holds the value."""
        if self.is_array:
            return Q(**{f"{self.path}__contains": [value]})
        return Q(_Contains(self.expression, Value([value], output_field=models.JSONField())))

    def _has_members(self) -> Q:
        if not self.is_array:
            return Q(_HasText(self.expression))
        blank = Q(**{f"{self.path}__contained_by": [""]})
        return Q(**{f"{self.path}__isnull": False}) & negated(blank)


def column_of(path: str, key: str, kind: str, model_field: Any) -> Column:
    """The column at a path; with `key`, that key of the JSON column there."""
    if key:
        is_text = kind in ("text", "choice")
        return Column(kind=kind, expression=_json_value(path, key, kind), is_text=is_text)
    is_text = isinstance(model_field, models.CharField | models.TextField)
    if kind == "text" and not is_text:
        as_text = Cast(path, models.TextField())
        return Column(kind=kind, expression=as_text, is_text=True)
    is_array = isinstance(model_field, ArrayField)
    return Column(kind=kind, expression=F(path), path=path, is_text=is_text, is_array=is_array)


def negated(part: Q) -> Q:
    """Plain negation: an unknown answer counts as no before it is negated."""
    yes, no = Value(True), Value(False)
    return ~Q(Case(When(part, then=yes), default=no, output_field=models.BooleanField()))


def _json_value(path: str, key: str, kind: str) -> Any:
    held, text = _Key(F(path), Value(key)), _KeyText(F(path), Value(key))
    if kind in _CASTS:
        pattern, type_, field = _CASTS[kind]
        cast = _As(text, type=type_, output_field=field())
        return Case(When(_Matches(text, Value(pattern)), then=cast), output_field=field())
    if kind not in _JSON_TYPES:
        return held
    right_type = lookups.In(_TypeOf(held), _JSON_TYPES[kind])
    if kind == "bool":
        answer = _As(text, type="boolean", output_field=models.BooleanField())
        return Case(When(right_type, then=answer), output_field=models.BooleanField())
    return Case(When(right_type, then=text), output_field=models.TextField())


class _IsSet(Func):
    template = "(%(expressions)s IS NOT NULL)"
    output_field = models.BooleanField()


class _HasContent(Func):
    template = "(%(expressions)s NOT IN ('null', '{}', '[]', '\"\"'))"
    output_field = models.BooleanField()


class _StartsWith(Func):
    function = "starts_with"
    output_field = models.BooleanField()


class _Contains(Func):
    template = "(%(expressions)s)"
    arg_joiner = " @> "
    output_field = models.BooleanField()


class _HasText(Func):
    """Whether a JSON list holds a text that is not empty."""

    template = """(%(expressions)s @? 'strict $[*] ? (@.type() == "string" && @ != "")')"""
    output_field = models.BooleanField()


class _Key(Func):
    """A key of a JSON column, as JSON."""

    template = "(%(expressions)s::text)"
    arg_joiner = " -> "
    output_field = models.JSONField()


class _KeyText(Func):
    """A key of a JSON column, as text."""

    template = "(%(expressions)s::text)"
    arg_joiner = " ->> "
    output_field = models.TextField()


class _Matches(Func):
    template = "(%(expressions)s)"
    arg_joiner = " ~ "
    output_field = models.BooleanField()


class _TypeOf(Func):
    function = "jsonb_typeof"
    output_field = models.TextField()


class _As(Func):
    """A cast without rounding."""

    template = "(%(expressions)s)::%(type)s"
