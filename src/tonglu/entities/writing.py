"""The parts of a write that concern one row: put values on it, follow its owner, validate, save what differs.

Shared by the write door for one row (`services`) and for many (`bulk`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from tonglu import policy
from tonglu.directory.selectors import department_of
from tonglu.kernel.errors import Invalid

from .fields import INTERNAL, plain
from .integrity import invalid_of

Values = Mapping[str, Any]


def row_assign(row: Any, values: Values) -> list[str]:
    """Put values on the row; gives the names that differ. Many-to-many values are saved after the row."""
    changed = []
    custom = dict(row.custom)
    for name, value in values.items():
        if name.startswith("custom."):
            key = name[7:]
            if custom.get(key) != (stored := plain(value)):
                custom[key] = stored
                changed.append(name)
        elif row._meta.get_field(name).many_to_many:
            if _others(row, name) != {other.pk for other in value}:
                changed.append(name)
        elif _differs(row, name, value):
            setattr(row, name, value)
            changed.append(name)
    row.custom = {key: value for key, value in custom.items() if value not in (None, "", [])}
    return changed


def _differs(row: Any, name: str, value: Any) -> bool:
    """Whether the row holds something else; related rows are told apart by their keys, without reading them."""
    field = row._meta.get_field(name)
    if not field.is_relation:
        return bool(getattr(row, name) != value)
    held = getattr(row, field.attname)
    if value is None or held is None:
        return value is not held
    return bool(held != getattr(value, field.target_field.attname))


def _others(row: Any, name: str) -> set[int]:
    """The related rows it has by now; none while it is new."""
    return set(getattr(row, name).values_list("pk", flat=True)) if row.pk else set()


def owner_default(actor: policy.Actor, row: Any, values: Values) -> None:
    """A new record belongs to whoever makes it, unless it says otherwise."""
    if hasattr(row, "owner_id") and "owner" not in values and actor.person_id:
        row.owner_id = actor.person_id


def owner_follow(row: Any) -> None:
    """The department of an owned record is its owner's."""
    if hasattr(row, "owner_id") and hasattr(row, "department_id") and row.owner_id:
        known = row._meta.get_field("owner").is_cached(row)
        row.department_id = row.owner.department_id if known else department_of(row.owner_id)


def row_validate(row: Any) -> None:
    """Check every field's own rules; foreign keys and uniqueness are left to the database."""
    relations = [f.name for f in row._meta.concrete_fields if f.is_relation]
    try:
        row.clean_fields(exclude=[*relations, *INTERNAL])
    except ValidationError as error:
        raise Invalid(error.message_dict) from error


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


def differing(row: Any, before: Any) -> list[str]:
    """The fields to save: those that differ, the version and the time."""
    names = [
        f.name
        for f in row._meta.concrete_fields
        if not f.generated and getattr(row, f.attname) != getattr(before, f.attname)
    ]
    return [*dict.fromkeys([*names, "version", "updated_at"])]


def many_save(row: Any, values: Values) -> None:
    """Save many-to-many values, which need the row to exist."""
    for name, value in values.items():
        if not name.startswith("custom.") and row._meta.get_field(name).many_to_many:
            getattr(row, name).set(value)
