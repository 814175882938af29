"""Rows as JSON: exactly the fields the actor may read, each in one plain form.

Money and percent are decimal strings, dates are ISO, foreign keys are ids, custom fields stand in one object `custom`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import router
from django.db.models import DecimalField, Model

from tonglu import policy
from tonglu.toolkit.statements import IDS, KeptStatement

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


def columns_of_json(fields: Iterable[Field]) -> list[str]:
    """The columns that `values_as_json` needs of each row, in its order."""
    fields = list(fields)
    columns = ["pk", "version", *(f.model_field.attname for f in _stored(fields))]
    return [*columns, "custom"] if any(f.is_custom for f in fields) else columns


def values_as_json(
    model: type[Model], rows: Sequence[tuple[Any, ...]], fields: Iterable[Field]
) -> list[dict[str, Any]]:
    """The same as `as_json` of each row, from bare values: one query for each field of many, no objects."""
    fields = list(fields)
    names = [*ALWAYS, *(f.name for f in _stored(fields))]
    keys = [f.key for f in fields if f.is_custom]
    answers = [dict(zip(names, row, strict=False)) for row in rows]
    if keys:
        place = len(names)
        for answer, row in zip(answers, rows, strict=True):
            answer["custom"] = {key: row[place].get(key) for key in keys}
    for field in fields:
        if field.type is Type.MANY and not field.is_custom:
            _add_many(model, answers, field.name)
    return answers


def _stored(fields: Iterable[Field]) -> list[Field]:
    return [f for f in fields if not f.is_custom and f.type is not Type.MANY]


def _add_many(model: type[Model], answers: list[dict[str, Any]], name: str) -> None:
    found: dict[int, list[int]] = {answer["id"]: [] for answer in answers}
    using = router.db_for_read(model)
    for pk, other in _pairs(model, name).rows(using=using, ids=list(found)):
        if other is not None:
            found[pk].append(other)
    for answer in answers:
        answer[name] = found[answer["id"]]


@cache
def _pairs(model: type[Model], name: str) -> KeptStatement:
    """Each of these rows with each of what it is related to in a field of many."""
    rows = model._base_manager.order_by("pk", name).values_list("pk", name)
    return KeptStatement(lambda ids: rows.filter(pk__any_of=ids), ids=IDS)


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
    return plain(_as_stored(getattr(row, field.name), field.model_field))


def _as_stored(value: Any, field: Any) -> Any:
    """An amount with the decimals of its column, also before the row was read again."""
    if isinstance(value, Decimal) and isinstance(field, DecimalField):
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))
    return value
