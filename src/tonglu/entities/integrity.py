"""What the database refused, as an error that names the field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from tonglu.kernel.errors import Invalid
from tonglu.toolkit.money import PercentField

_LIMITS = {
    "gte": lambda: _("It must be %(limit)s or more."),
    "lte": lambda: _("It must be %(limit)s or less."),
    "gt": lambda: _("It must be more than %(limit)s."),
    "lt": lambda: _("It must be less than %(limit)s."),
}
_KEY = re.compile(r"Key \(([^)]+)\)=\((.*)\)")


def invalid_of(error: IntegrityError, row: Any) -> Invalid:
    """The refusal a person can act on, for a constraint that the row breaks."""
    diagnosis = getattr(error.__cause__, "diag", None)
    state = getattr(error.__cause__, "sqlstate", "")
    names = _columns(getattr(diagnosis, "message_detail", "") or "", row)
    label = row._meta.verbose_name
    match state:
        case "23505":
            message = _("Another %(label)s already has this value.") % {"label": label}
        case "23503":
            message = _("It points at a record that does not exist, or is still pointed at.")
        case "23502":
            names = [_field_name(row, getattr(diagnosis, "column_name", "") or "")]
            message = _("This field is required.")
        case "23514" | "23P01":
            name = getattr(diagnosis, "constraint_name", "") or ""
            names, message = _broken(row, name)
        case _:
            raise error
    return Invalid({(names[0] if names else ""): [message]}, code="constraint")


def _columns(detail: str, row: Any) -> list[str]:
    found = _KEY.search(detail)
    if found is None:
        return []
    return [_field_name(row, column.strip()) for column in found.group(1).split(",")]


def _field_name(row: Any, column: str) -> str:
    for field in row._meta.concrete_fields:
        if field.column == column:
            return str(field.name)
    return ""


def _broken(row: Any, name: str) -> tuple[list[str], str]:
    """The field and the sentence for a broken rule: the model's own words, else the limit that is passed, else what it speaks of."""
    constraint = next((one for one in row._meta.constraints if one.name == name), None)
    if constraint is None:
        return [], _("The rule “%(rule)s” does not hold.") % {"rule": name}
    said = constraint.violation_error_message
    if said and said != type(constraint).default_violation_error_message:
        return [], str(said)
    leaves = list(_leaves(getattr(constraint, "condition", None)))
    for field, operator, limit in leaves:
        if operator in _LIMITS and _passed(getattr(row, field, None), operator, limit):
            return [field], _LIMITS[operator]() % {"limit": _limit(row, field, limit)}
    fields = list(dict.fromkeys(field for field, *_rest in leaves))
    labels = [str(row._meta.get_field(field).verbose_name) for field in fields]
    if not labels:
        return [], _("The rule “%(rule)s” does not hold.") % {"rule": name}
    return fields[:1], _("These do not fit together: %(fields)s.") % {"fields": ", ".join(labels)}


def _leaves(condition: Any) -> Iterator[tuple[str, str, Any]]:
    """The fields a rule speaks of, each with its operator and its limit; what is forbidden rather than asked for has no limit to keep."""
    if getattr(condition, "negated", False):
        return
    for child in getattr(condition, "children", ()):
        if isinstance(child, tuple):
            field, _sep, operator = child[0].partition("__")
            yield field, operator, child[1]
        else:
            yield from _leaves(child)


def _passed(value: Any, operator: str, limit: Any) -> bool:
    if not isinstance(value, (int, Decimal)) or not isinstance(limit, (int, Decimal)):
        return False
    held = {"gte": value >= limit, "lte": value <= limit, "gt": value > limit, "lt": value < limit}
    return not held[operator]


def _limit(row: Any, field: str, limit: Any) -> str:
    """A limit as the field shows it."""
    if isinstance(row._meta.get_field(field), PercentField):
        return f"{limit * 100} %"
    return str(limit)
