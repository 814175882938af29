"""How a receipt is shared out among what a customer owes: the oldest debt first, never more than is owed.

An *open item* is an invoice (or the part of it not yet paid). What is left over after all items are paid stays with the receipt as
the customer's credit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tonglu.kernel.errors import DomainError
from tonglu.kernel.money import Money
from tonglu.kernel.text import N_


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """Something owed: its id, when it is due and how much is still open."""

    id: int
    due_on: date
    open: Decimal


def share_out(amount: Decimal, items: Sequence[OpenItem]) -> dict[int, Decimal]:
    """Amounts by item: the earliest due first, by id among those due together."""
    shares: dict[int, Decimal] = {}
    left = amount
    for item in sorted(items, key=lambda one: (one.due_on, one.id)):
        part = min(left, item.open)
        if part > 0:
            shares[item.id] = part
            left -= part
    return shares


def require_allocatable(
    amount: Decimal, unallocated: Decimal, owed: Decimal, currency: str
) -> None:
    """Refuse a share that is not positive, larger than what is left of the receipt, or than what is owed."""
    if amount <= 0:
        raise DomainError(N_("The amount must be more than zero."), field="amount")
    if amount > unallocated:
        raise DomainError(
            N_("Only %(left)s of this receipt is not yet allocated."),
            field="amount",
            params={"left": Money(unallocated, currency)},
        )
    if amount > owed:
        raise DomainError(
            N_("Only %(owed)s is still owed there."),
            field="amount",
            params={"owed": Money(owed, currency)},
            next_step=N_("Allocate that much; the rest stays as the customer's credit."),
        )
