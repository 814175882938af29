"""Telling whether somebody tries to change what is fixed."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from tonglu.entities.lines import lines_of


def content_differs(row: Any, before: Any, names: tuple[str, ...]) -> bool:
    """Whether any of the named columns would change."""
    return any(getattr(row, name) != getattr(before, name) for name in names)


def lines_differ(row: Any, model: type[Model], parent: str) -> bool:
    """Whether lines would be added, changed or removed."""
    lines = lines_of(row, model)
    if any(line.pk is None or _values(line) != line.loaded for line in lines):
        return True
    return model._default_manager.filter(**{parent: row}).count() != len(lines)


def _values(line: Any) -> dict[str, Any]:
    return {f.attname: getattr(line, f.attname) for f in line._meta.concrete_fields}
