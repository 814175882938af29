"""Which of several prices holds for a customer, a quantity and a day, and why.

The rule, in this order: a price made for this customer beats one for a tier, which beats one for everyone; then the highest
quantity step that is reached; then the list that began last; then the newest list. With no price on any list the product's own
list price holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tonglu.kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One line of a price list with what its list says about customer and dates."""

    line_id: int
    list_id: int
    list_name: str
    price: Money
    min_quantity: Decimal
    valid_from: date
    valid_until: date | None = None
    tier: str = ""
    account_id: int | None = None

    def holds(self, *, account_id: int | None, tier: str, quantity: Decimal, on: date) -> bool:
        """Whether the price may be used in this case."""
        return (
            self.account_id in {None, account_id}
            and self.tier in {"", tier}
            and self.min_quantity <= quantity
            and self.valid_from <= on
            and (self.valid_until is None or on <= self.valid_until)
        )

    @property
    def rank(self) -> tuple[bool, bool, Decimal, date, int]:
        """The better the price is meant for the case, the higher."""
        return (
            self.account_id is not None,
            self.tier != "",
            self.min_quantity,
            self.valid_from,
            self.list_id,
        )


def best_offer(
    offers: Iterable[Offer], *, account_id: int | None, tier: str, quantity: Decimal, on: date
) -> Offer | None:
    """The price that holds, or None when no list names one."""
    holding = [
        offer
        for offer in offers
        if offer.holds(account_id=account_id, tier=tier, quantity=quantity, on=on)
    ]
    return max(holding, key=lambda offer: offer.rank, default=None)
