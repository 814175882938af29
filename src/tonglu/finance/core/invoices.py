"""What an invoice's lines add up to, as the tax invoice prints it: net and VAT rounded per line, the rest a plain sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class LineAmounts:
    """Net, VAT and gross of one line."""

    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        """What the customer pays for the line."""
        return self.net + self.vat


def line_amounts(quantity: Decimal, price: Decimal, vat_rate: Decimal) -> LineAmounts:
    """Net = quantity x price before VAT; VAT = net x rate; each rounded half up to the cent."""
    net = cents(quantity * price)
    return LineAmounts(net=net, vat=cents(net * vat_rate))


def credited_amounts(
    before: Decimal, quantity: Decimal, price: Decimal, vat_rate: Decimal
) -> LineAmounts:
    """What crediting `quantity` more takes back after `before` was credited, as negative amounts.

    Counted as the difference of two sums from the start, so that parts always add up to the whole line.
    """
    so_far = line_amounts(before, price, vat_rate)
    then = line_amounts(before + quantity, price, vat_rate)
    return LineAmounts(net=so_far.net - then.net, vat=so_far.vat - then.vat)


def document_amounts(lines: Iterable[LineAmounts]) -> LineAmounts:
    """The sums of the lines."""
    listed = list(lines)
    return LineAmounts(
        net=sum((line.net for line in listed), Decimal(0)),
        vat=sum((line.vat for line in listed), Decimal(0)),
    )


def cents(amount: Decimal) -> Decimal:
    """Half up to the cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
