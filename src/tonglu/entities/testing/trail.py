"""What the trail of a record should hold."""

from __future__ import annotations

from typing import Any

from tonglu.audit.selectors import entries
from tonglu.entities.fields import fields_of
from tonglu.entities.spec import Entity


def columns_of(entity: Entity, names: Any) -> set[str]:
    """The database columns of fields."""
    fields = fields_of(entity)
    return {"custom" if fields[n].is_custom else fields[n].model_field.column for n in names}


def entries_of(entity: Entity, pk: int) -> list[Any]:
    """The trail of a record, newest first."""
    return list(entries().filter(kind=entity.kind, row_id=pk).order_by("-id"))
