"""The parts of a write that concern one row: put values on it, follow its owner, validate, save what differs.

Shared by the write door for one row (`services`) and for many (`bulk`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model

from tonglu import policy
from tonglu.directory.selectors import department_of
from tonglu.kernel.errors import Invalid

from .fields import INTERNAL, plain
from .integrity import invalid_of

Values = Mapping[str, Any]
_NOTHING = object()


def row_assign(row: Any, values: Values) -> list[str]:
    """Put values on the row; gives the names that differ. Many-to-many values are saved after the row."""
    changed = [name for name, value in values.items() if _differs(row, name, value)]
    custom = dict(row.custom)
    for name, value in values.items():
        if name.startswith("custom."):
            custom[name[7:]] = plain(value)
        elif not row._meta.get_field(name).many_to_many:
            setattr(row, name, value)
    row.custom = {key: value for key, value in custom.items() if value not in (None, "", [])}
    return changed


def row_differs(row: Any, values: Values) -> bool:
    """Whether the row would change if it took these values."""
    return any(_differs(row, name, value) for name, value in values.items())


def _differs(row: Any, name: str, value: Any) -> bool:
    """Related rows are compared by their ids, which costs no look at them."""
    if name.startswith("custom."):
        return bool(row.custom.get(name[7:]) != plain(value))
    field = row._meta.get_field(name)
    if field.many_to_many:
        return _others(row, name) != {other.pk for other in value}
    if field.is_relation:
        return bool(getattr(row, field.attname) != getattr(value, field.target_field.attname, None))
    return bool(getattr(row, name) != value)


def _others(row: Any, name: str) -> set[int]:
    """The related rows it has by now; none while it is new."""
    return set(getattr(row, name).values_list("pk", flat=True)) if row.pk else set()


def owner_default(actor: policy.Actor, row: Any, values: Values) -> None:
    """A new record belongs to whoever makes it, unless it says otherwise."""
    if hasattr(row, "owner_id") and "owner" not in values and actor.person_id:
        row.owner_id = actor.person_id
        row.owner_is_default = True


def owner_follow(row: Any) -> None:
    """The department of an owned record is its owner's."""
    if hasattr(row, "owner_id") and hasattr(row, "department_id") and row.owner_id:
        known = row._meta.get_field("owner").is_cached(row)
        row.department_id = row.owner.department_id if known else department_of(row.owner_id)


def row_validate(row: Any) -> None:
    """Check every field's own rules; foreign keys and uniqueness are left to the database, defaults are good."""
    errors: dict[str, list[str]] = {}
    model: type[Model] = type(row)
    for field, default in _validated(model):
        value = getattr(row, field.attname)
        if value == default or (field.blank and value in field.empty_values):
            continue
        try:
            setattr(row, field.attname, field.clean(value, row))
        except ValidationError as error:
            errors[field.name] = error.messages
    if errors:
        raise Invalid(errors)


@cache
def _validated(model: type[Model]) -> tuple[tuple[Any, Any], ...]:
    """The columns with rules of their own, each with its fixed default."""
    return tuple(
        (field, _fixed_default(field))
        for field in model._meta.concrete_fields
        if not (field.is_relation or field.generated or field.primary_key or field.name in INTERNAL)
    )


def _fixed_default(field: Any) -> Any:
    """A default that needs no check; something equal to nothing when there is none."""
    given = field.has_default() and not callable(field.default)
    return field.default if given else _NOTHING


def row_write(row: Any, before: Any) -> None:
    """Insert the row, or save what differs from `before` as its next version."""
    try:
        if before is None:
            row.save(force_insert=True)
        else:
            row.version = before.version + 1
            row.save(update_fields=differing(row, before))
    except IntegrityError as error:
        raise invalid_of(error, row) from error


def is_changed(row: Any, before: Any) -> bool:
    """Whether any column differs from before."""
    return bool(_differing(row, before))


def differing(row: Any, before: Any) -> list[str]:
    """The fields to save: those that differ, the version and the time."""
    return [*dict.fromkeys([*_differing(row, before), "version", "updated_at"])]


def _differing(row: Any, before: Any) -> list[str]:
    return [
        f.name
        for f in row._meta.concrete_fields
        if not f.generated and getattr(row, f.attname) != getattr(before, f.attname)
    ]


def many_save(row: Any, values: Values) -> None:
    """Save many-to-many values, which need the row to exist."""
    for name, value in values.items():
        if not name.startswith("custom.") and row._meta.get_field(name).many_to_many:
            getattr(row, name).set(value)
