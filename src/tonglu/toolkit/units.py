"""A column that is a unit of goods: kept as it was written, and read in the reader's language when it is one that English catalogs use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import pgettext, pgettext_lazy

if TYPE_CHECKING:
    TextColumn = models.CharField[Any, Any]
else:
    TextColumn = models.CharField

UNITS = (
    pgettext_lazy("unit", "pcs"),
    pgettext_lazy("unit", "set"),
    pgettext_lazy("unit", "hour"),
    pgettext_lazy("unit", "day"),
)
"""What the units that English catalogs use are called in Chinese; other units are shown as they are."""


class UnitField(TextColumn):
    """The unit in which goods are counted; the table holds plain text."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def unit_text(unit: str) -> str:
    """A unit in the active language."""
    return pgettext("unit", unit) if unit else ""
