"""What a record is called on pages."""

from __future__ import annotations

from typing import Any

from tonglu.entities.fields import in_language
from tonglu.entities.spec import Entity


def title_of(row: Any, entity: Entity) -> str:
    """The name of a row in the reader's language; its number when it has none."""
    name = str(getattr(row, entity.title, "") or "")
    chinese = getattr(row, f"{entity.title}_zh", "")
    return (in_language(name, chinese) if chinese else name) or f"#{row.pk}"
