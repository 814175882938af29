"""What a document's lines add up to.

Prices exclude VAT. Money is rounded half up in two places only: the price and the amount of a line, and the VAT of a line,
because the tax invoice prints both per line; everything below the lines is a plain sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tonglu.kernel.currency import currency_scale
from tonglu.kernel.errors import DomainError
from tonglu.kernel.number import decimal_rounded
from tonglu.kernel.percent import PLACES
from tonglu.kernel.text import N_

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """One line with its derived price and amount; `cost_amount` is None while the cost is unknown."""

    quantity: Decimal
    list_price: Decimal
    discount: Decimal
    price: Decimal
    amount: Decimal
    vat: Decimal
    list_amount: Decimal
    cost_amount: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The foot of a document; `cost` and `margin` are None while the cost of any line is unknown."""

    list_amount: Decimal
    net: Decimal
    vat: Decimal
    cost: Decimal | None
    deepest_discount: Decimal

    @property
    def gross(self) -> Decimal:
        """What the customer pays."""
        return self.net + self.vat

    @property
    def discount_amount(self) -> Decimal:
        """How much less than list price."""
        return self.list_amount - self.net

    @property
    def discount(self) -> Decimal:
        """The discount over the whole document, as a fraction of list price."""
        return share(self.discount_amount, self.list_amount)

    @property
    def margin(self) -> Decimal | None:
        """What is left after cost."""
        return None if self.cost is None else self.net - self.cost

    @property
    def margin_rate(self) -> Decimal | None:
        """Margin as a fraction of net."""
        return None if self.margin is None else share(self.margin, self.net)


def share(part: Decimal, whole: Decimal) -> Decimal:
    """A fraction with four places; of nothing it is zero."""
    return decimal_rounded(part / whole, PLACES) if whole else ZERO


def line_priced(
    *,
    quantity: Decimal,
    list_price: Decimal,
    currency: str,
    discount: Decimal | None = None,
    price: Decimal | None = None,
    vat_rate: Decimal = ZERO,
    cost: Decimal | None = None,
) -> PricedLine:
    """A line from what is known: a price gives the discount, otherwise the discount gives the price."""
    if quantity <= 0:
        raise DomainError(N_("The quantity must be more than zero."), field="quantity")
    places = currency_scale(currency)
    if price is None:
        discount = discount or ZERO
        price = decimal_rounded(list_price * (1 - discount), places)
    else:
        discount = share(list_price - price, list_price)
    _check_price(price)
    amount = decimal_rounded(quantity * price, places)
    return PricedLine(
        quantity=quantity,
        list_price=list_price,
        discount=discount,
        price=price,
        amount=amount,
        vat=decimal_rounded(amount * vat_rate, places),
        list_amount=decimal_rounded(quantity * list_price, places),
        cost_amount=None if cost is None else decimal_rounded(quantity * cost, places),
    )


def _check_price(price: Decimal) -> None:
    if price < 0:
        raise DomainError(N_("The price must not be negative."), field="price")


def totals_of(lines: Iterable[PricedLine]) -> Totals:
    """The sums of all lines."""
    rows = tuple(lines)
    costs = [line.cost_amount for line in rows]
    known = [cost for cost in costs if cost is not None]
    return Totals(
        list_amount=sum((line.list_amount for line in rows), ZERO),
        net=sum((line.amount for line in rows), ZERO),
        vat=sum((line.vat for line in rows), ZERO),
        cost=sum(known, ZERO) if rows and len(known) == len(costs) else None,
        deepest_discount=max((line.discount for line in rows), default=ZERO),
    )
