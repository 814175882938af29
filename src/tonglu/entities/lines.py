"""Rows that belong to one record: attached before it is derived, saved in its transaction.

The record's `prepare` sees the new lines through `lines_of`, so that totals are derived before the one save. A list of lines
replaces all of them: a line with an id is changed, one without is added, those not named are removed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext as _

from tonglu.kernel.errors import Invalid
from tonglu.toolkit.copying import rows_insert

from .integrity import invalid_of
from .registry import entity_of
from .spec import Entity, Lines

_ATTRIBUTE = "_new_lines"
_STORED = "_stored_lines"
_AHEAD = "_lines_read_ahead"


def lines_of(row: Any, model: type[Model]) -> list[Any]:
    """The lines of a row: those about to be saved when there are any, else the stored ones.

    Stored lines that `prepare` changes are saved with the row.
    """
    attached: dict[type[Model], list[Any]] = row.__dict__.setdefault(_ATTRIBUTE, {})
    if model not in attached:
        attached[model] = _stored(row, _declared(row, model))
    return attached[model]


def lines_gather(rows: Sequence[Any], model: type[Model]) -> None:
    """Read the stored lines of many rows of one kind at once, for `lines_of` to find."""
    for row, lines in _gathered(rows, model):
        row.__dict__.setdefault(_ATTRIBUTE, {})[model] = lines


def lines_ahead(rows: Sequence[Any], model: type[Model]) -> None:
    """The same for rows that are about to be changed: whose lines nobody asks for stay untouched."""
    for row, lines in _gathered(rows, model):
        for line in lines:
            setattr(line, _declared(row, model).parent, row)
        row.__dict__.setdefault(_AHEAD, {})[model] = lines


def _gathered(rows: Sequence[Any], model: type[Model]) -> list[tuple[Any, list[Any]]]:
    if not rows:
        return []
    declared = _declared(rows[0], model)
    related = [f.name for f in model._meta.concrete_fields if f.is_relation]
    found = model._default_manager.filter(**{f"{declared.parent}__in": rows})
    by_row: dict[int, list[Any]] = {row.pk: [] for row in rows}
    for line in found.select_related(*related).order_by("pk"):
        line.loaded = _values(line)  # type: ignore[attr-defined]
        by_row[getattr(line, f"{declared.parent}_id")].append(line)
    return [(row, by_row[row.pk]) for row in rows]


def lines_attach(
    entity: Entity, row: Any, lines: Mapping[type[Model], list[dict[str, Any]]] | None
) -> None:
    """Put unsaved lines on the row, for `prepare` to derive from."""
    attached: dict[type[Model], list[Any]] = {}
    for declared in entity.lines:
        if lines and declared.model in lines:
            attached[declared.model] = _given(row, declared, lines[declared.model])
    row.__dict__[_ATTRIBUTE] = attached


def lines_touched(row: Any) -> bool:
    """Whether lines were given, or read while the row was derived."""
    return bool(row.__dict__.get(_ATTRIBUTE))


def lines_save(entity: Entity, row: Any) -> None:
    """Save the attached lines that differ from the stored ones, and remove those no longer named."""
    attached: dict[type[Model], list[Any]] = row.__dict__.pop(_ATTRIBUTE, {})
    before: dict[type[Model], set[int]] = row.__dict__.pop(_STORED, {})
    for declared in entity.lines:
        lines = attached.get(declared.model)
        if lines is None:
            continue
        if dropped := before.get(declared.model, set()) - {line.pk for line in lines}:
            declared.model._default_manager.filter(pk__in=dropped).delete()
        for line in lines:
            setattr(line, declared.parent, row)
            if line.pk is None or _values(line) != line.loaded:
                _save(line)


def lines_insert(entity: Entity, rows: Sequence[Any]) -> None:
    """Save the attached lines of rows that were just made, with one statement per kind of line."""
    attached = [(row, row.__dict__.pop(_ATTRIBUTE, {})) for row in rows]
    for declared in entity.lines:
        lines = []
        for row, by_model in attached:
            for line in by_model.get(declared.model) or ():
                setattr(line, declared.parent, row)
                lines.append(line)
        rows_insert(lines)


def _save(line: Any) -> None:
    try:
        line.save()
    except IntegrityError as error:
        refusal = invalid_of(error, line)
        key = str(line._meta.model_name)
        raise Invalid({f"{key}.{name}": said for name, said in refusal.errors.items()}) from error


def _declared(row: Any, model: type[Model]) -> Lines:
    return next(lines for lines in entity_of(row).lines if lines.model is model)


def _stored(row: Any, declared: Lines) -> list[Any]:
    if row.pk is None:
        return []
    ahead: dict[type[Model], list[Any]] = row.__dict__.get(_AHEAD, {})
    if declared.model in ahead:
        return ahead.pop(declared.model)
    related = [f.name for f in declared.model._meta.concrete_fields if f.is_relation]
    wanted = [name for name in related if name not in (declared.parent, "created_by")]
    found = declared.model._default_manager.filter(**{declared.parent: row})
    found = found.select_related(*wanted) if wanted else found
    lines: list[Any] = list(found.order_by("pk"))
    for line in lines:
        line.loaded = _values(line)
        setattr(line, declared.parent, row)
    return lines


def _values(line: Any) -> dict[str, Any]:
    return {f.attname: getattr(line, f.attname) for f in line._meta.concrete_fields}


def _given(row: Any, declared: Lines, values: list[dict[str, Any]]) -> list[Any]:
    stored = {line.pk: line for line in _stored(row, declared)}
    row.__dict__.setdefault(_STORED, {})[declared.model] = set(stored)
    has_position = any(f.name == "position" for f in declared.model._meta.concrete_fields)
    lines = []
    for position, given in enumerate(values, start=1):
        line = _line(declared, stored, given, position)
        if has_position:
            line.position = position
        lines.append(line)
    return lines


def _line(declared: Lines, stored: dict[int, Any], given: dict[str, Any], position: int) -> Any:
    pk = given.get("id")
    if pk and pk not in stored:
        key = f"{declared.model._meta.model_name}.{position}.id"
        raise Invalid({key: [_("This line is not part of this record.")]})
    line = stored[pk] if pk else declared.model()
    for name, value in given.items():
        if name != "id":
            setattr(line, name, value)
    return line
