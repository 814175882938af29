"""What is counted of a fact: its amount, margin, units, or any field it carries.

Money fields are converted at the fact's locked rate; counts and quantities are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .reading import Field, flag, read, text

# Canonical measure -> the fields of a fact it may be found in, first found wins.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "amount": ("amount", "revenue", "net_amount"),
    "cost": ("cost", "cost_base", "list_amount", "base"),
    "margin": ("margin", "gross_margin", "profit"),
    "units": ("units", "unit", "qty", "quantity"),
    "received": ("received", "collected", "cash", "paid_amount"),
}
_NAMES = {
    "revenue": "amount",
    "sales": "amount",
    "booking": "amount",
    "bookings": "amount",
    "gross_margin": "margin",
    "profit": "margin",
    "gross_profit": "margin",
    "premium": "margin",
    "qty": "units",
    "quantity": "units",
    "collected": "received",
    "cash": "received",
    "collection": "received",
    "deals": "count",
    "transactions": "count",
    "events": "count",
    "orders": "count",
    "new_customers": "new_customer",
    "new_logo": "new_customer",
    "new_logos": "new_customer",
}
MONEY = frozenset(
    {
        "amount",
        "margin",
        "cost",
        "received",
        "invoiced",
        "list_amount",
        "tax",
        "acv",
        "tcv",
        "mrr",
        "arr",
        "net",
        "gross",
        "discount_amount",
        "bonus",
    }
)


@dataclass(frozen=True, kw_only=True)
class Measure:
    name: str = "amount"
    floor_zero: bool = False


AMOUNT = Measure()


def measure_from(raw: Any) -> Measure:
    if isinstance(raw, Mapping):
        known = read(_SPEC, raw, "Measure")
        return Measure(**{**known, "name": _NAMES.get(known["name"], known["name"])})
    return Measure(name=_NAMES.get(str(raw), str(raw)))


_SPEC = {
    "name": Field(text, ("field", "measure", "type")),
    "floor_zero": Field(flag, ("margin_floor_zero", "positive_only")),
}
