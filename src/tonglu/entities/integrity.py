"""What the database refused, as an error that names the field."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from tonglu.kernel.errors import Invalid

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
            message = _declared(row, name) or _("The rule “%(rule)s” does not hold.") % {
                "rule": name
            }
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


def _declared(row: Any, constraint_name: str) -> str:
    """The sentence that a model gives for one of its constraints."""
    for constraint in row._meta.constraints:
        if constraint.name == constraint_name and constraint.violation_error_message:
            default = type(constraint).default_violation_error_message
            if constraint.violation_error_message != default:
                return str(constraint.violation_error_message)
    return ""
