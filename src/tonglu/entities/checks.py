"""Proof at start that every declaration names real fields: a wrong name stops `check` and never reaches a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from .fields import field_exists
from .registry import all_entities
from .spec import Entity


@register("entities")
def check_declarations(**_: Any) -> list[CheckMessage]:
    """Every name in every declaration that is not a field of its model."""
    problems: list[CheckMessage] = [
        Error(f"{entity.slug}.{part}: {entity.kind} has no field {name!r}.", id="entities.E001")
        for entity in all_entities()
        for part, name in _names(entity)
        if not field_exists(entity.model, name)
    ]
    problems += [
        Error(
            f"{entity.slug}: lines of {lines.model.__name__} have no {name!r}.", id="entities.E002"
        )
        for entity in all_entities()
        for lines in entity.lines
        for name in (lines.parent, *lines.fields, *lines.computed)
        if not field_exists(lines.model, name)
    ]
    return problems


def _names(entity: Entity) -> Iterator[tuple[str, str]]:
    parts = {
        "columns": entity.columns,
        "form": entity.form_fields,
        "search": entity.search,
        "quick": entity.quick,
        "proposed": tuple(entity.proposed),
        "filters": entity.filters,
        "readonly": entity.readonly,
        "hidden": entity.hidden,
        "nothing": tuple(entity.nothing),
        "opens": tuple(entity.opens),
        "late": tuple(entity.late),
        "closed": tuple(condition_names(entity.closed)),
        "units": tuple(entity.units),
        "import_key": entity.import_key,
        "importable": entity.importable,
        "duplicate_keys": entity.duplicate_keys,
        "main": (entity.main,) if entity.main else (),
        "title": (entity.title,),
        "subtitle": (entity.subtitle,) if entity.subtitle else (),
        "sort": tuple(name.lstrip("-") for name in entity.sort.split(",")),
    }
    if entity.board is not None:
        board = entity.board
        parts["board"] = tuple(
            n for n in (board.column, board.total, board.group, *board.card) if n
        )
    for view in entity.views:
        parts[f"view {view.name}"] = tuple(condition_names(view.condition)) + view.columns
    for part, names in parts.items():
        for name in names:
            yield part, name


def condition_names(tree: Any) -> Iterator[str]:
    """The names of the fields that a condition asks about."""
    if not isinstance(tree, dict):
        return
    if "field" in tree:
        yield str(tree["field"])
    for child in [*tree.get("all", []), *tree.get("any", [])]:
        yield from condition_names(child)
    if "not" in tree:
        yield from condition_names(tree["not"])
