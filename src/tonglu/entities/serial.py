"""Rows as JSON: exactly the fields the actor may read, each in one plain form.

Money and percent are decimal strings, dates are ISO, foreign keys are ids, custom fields stand in one object `custom`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tonglu import policy

from .fields import Field, Type, fields_of, plain
from .spec import Entity, Lines

ALWAYS = ("id", "version")


def readable(entity: Entity, actor: policy.Actor) -> dict[str, Field]:
    """The fields of the entity that the actor may read."""
    return {
        name: field
        for name, field in fields_of(entity).items()
        if policy.field_level(actor, entity.kind, name) >= policy.Level.READ
    }


def as_json(entity: Entity, row: Any, fields: Iterable[Field]) -> dict[str, Any]:
    """One row with the given fields."""
    answer: dict[str, Any] = {"id": row.pk, "version": row.version}
    custom: dict[str, Any] = {}
    for field in fields:
        if field.is_custom:
            custom[field.key] = row.custom.get(field.key)
        else:
            answer[field.name] = _value(row, field)
    if custom:
        answer["custom"] = custom
    return answer


def lines_as_json(row: Any, lines: Lines, *, hidden: frozenset[str] = frozenset()) -> list[Any]:
    """The lines of a row with their declared and computed fields."""
    names = [name for name in (*lines.fields, *lines.computed) if name not in hidden]
    found = lines.model._default_manager.filter(**{lines.parent: row}).order_by("pk")
    return [{"id": one.pk, **{name: _line_value(one, name) for name in names}} for one in found]


def _line_value(line: Any, name: str) -> Any:
    attname = f"{name}_id"
    return plain(getattr(line, attname) if hasattr(line, attname) else getattr(line, name))


def _value(row: Any, field: Field) -> Any:
    if field.type is Type.FK:
        return getattr(row, field.model_field.attname)
    if field.type is Type.MANY:
        return [related.pk for related in getattr(row, field.name).all()]
    return plain(getattr(row, field.name))
