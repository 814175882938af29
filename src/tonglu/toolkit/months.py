"""A column that is a month: kept as its first day, read as `2026-09`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import CharField, F, Func, Value

if TYPE_CHECKING:
    DateColumn = models.DateField[Any, Any]
else:
    DateColumn = models.DateField


class MonthField(DateColumn):
    """The first day of a month; the table holds a plain date."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateField", args, kwargs


def month_text(day: date) -> str:
    """A month as people of every language write it."""
    return f"{day:%Y-%m}"


def month_of(path: str) -> Any:
    """The same in SQL."""
    return Func(F(path), Value("YYYY-MM"), function="to_char", output_field=CharField())
