"""How much of each line an act takes, cleaned the same way for page and API.

A part is sent as `{"<line id>": "<amount>"}`. An empty box and a zero mean "not this one"; a line that is not offered and more
than is open are refused by line, before the act begins. The act checks again under its locks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.money import Money
from tonglu.kernel.number import decimal_parse, decimal_text

from .spec import Part, Parts

Amounts = dict[int, Decimal]


def parts_clean(actor: policy.Actor, parts: Parts, row: Any, raw: Any) -> Amounts:
    """The amounts above zero by line id; Invalid names every line that cannot be taken as asked."""
    if not isinstance(raw, Mapping):
        raise Invalid({parts.name: [_("Give the amounts as an object: line to amount.")]})
    offered = {part.id: part for part in parts.find(actor, row)}
    currency = str(getattr(row, "currency", "") or "") if parts.money else ""
    taken: Amounts = {}
    errors: dict[str, list[str]] = {}
    for key, text in raw.items():
        try:
            amount = _amount(offered, str(key), text, currency)
        except DomainError as refusal:
            errors[f"{parts.name}.{key}"] = [refusal.text()]
        else:
            if amount:
                taken[int(key)] = amount
    if not taken and not errors:
        errors[parts.name] = [
            _("Enter an amount for at least one line.")
            if parts.money
            else _("Enter how much of at least one line.")
        ]
    if errors:
        raise Invalid(errors)
    return taken


def parts_first(parts: Sequence[Part]) -> dict[str, str]:
    """What stands in the boxes when the dialog opens."""
    return {str(part.id): decimal_text(part.first) if part.first else "" for part in parts}


def _amount(offered: Mapping[int, Part], key: str, text: Any, currency: str) -> Decimal:
    plain = str(text if text is not None else "").strip()
    part = offered.get(int(key)) if key.isdecimal() else None
    if part is None:
        raise DomainError(_("This line is not open here."))
    amount = decimal_parse(plain) if plain else Decimal(0)
    if amount < 0:
        raise DomainError(_("An amount here is not below zero."))
    if amount > part.open:
        most = str(Money(part.open, currency)) if currency else decimal_text(part.open)
        raise DomainError(_("At most %(open)s is open here.") % {"open": most})
    return amount
