"""Lines copied from one document to the next, as values for the write door."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

COPIED = (
    "product",
    "description",
    "quantity",
    "unit",
    "list_price",
    "discount",
    "price",
    "cost",
    "vat_rate",
)


def line_values(line: Any, **more: Any) -> dict[str, Any]:
    """What a line hands on; `more` overrides."""
    return {**{name: getattr(line, name) for name in COPIED}, **more}


def lines_values(lines: Iterable[Any]) -> list[dict[str, Any]]:
    """All lines of a document, in order."""
    return [line_values(line) for line in lines]


def remaining(quantity: Decimal, taken: Decimal | None) -> Decimal:
    """What is left of a quantity."""
    return quantity - (taken or Decimal(0))
