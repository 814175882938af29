"""What a record is called on pages."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import TYPE_CHECKING, Any

from django.utils.html import strip_tags
from django.utils.text import capfirst

from tonglu import policy
from tonglu.entities.fields import field_of, in_language
from tonglu.entities.filters import may_read
from tonglu.entities.spec import Entity
from tonglu.toolkit.months import MonthField, month_text

if TYPE_CHECKING:
    from .cells import Shown


def title_of(row: Any, entity: Entity) -> str:
    """The name of a row in the reader's language; its number when it has none."""
    value = getattr(row, entity.title, "")
    if (field := field_of(entity, entity.title)) is not None:
        if field.choices:
            return str(capfirst(field.choice_label(value)))
        if isinstance(field.model_field, MonthField) and isinstance(value, date):
            return month_text(value)
    name = str(value or "")
    if name and entity.numbered:
        return f"{name} v{getattr(row, entity.numbered)}"
    chinese = getattr(row, f"{entity.title}_zh", "")
    return (in_language(name, chinese) if chinese else name) or f"#{row.pk}"


_STANDING = ("state", "status")


def standing_of(who: policy.Actor, row: Any, entity: Entity) -> str:
    """How a row stands, in the reader's language: the stage it is in, or its state; nothing where it has none or may not be read."""
    if entity.stage_bar is not None:
        reached = [
            str(label)
            for _value, label, state in entity.stage_bar.stages(who, row)
            if state in ("current", "won", "lost")
        ]
        return reached[0] if reached else ""
    for name in _STANDING:
        field = field_of(entity, name)
        if field is not None and field.choices and may_read(who, entity, name):
            return str(capfirst(field.choice_label(getattr(row, name))))
    return ""


def lead_of(row: Any, entity: Entity, first: Shown) -> str:
    """What the link of a row in a panel says: the first column, which is the record's name only where that column is its title."""
    if first.field.name == entity.title or first.empty:
        return title_of(row, entity)
    return unescape(strip_tags(first.html))
