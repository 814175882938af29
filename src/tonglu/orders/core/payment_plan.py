"""How a contract's total falls into instalments that add up to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

CENT = Decimal("0.01")


def plan_split(total: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """The amounts for fractions that add up to exactly 1.

    Each share is cut down to the cent; the cents left over go, one each, to the largest remainders, the earlier instalment
    first among equals. So the plan always adds up to the total, and no instalment is off by more than a cent.
    """
    if not shares:
        raise DomainError(N_("The payment plan has no instalments."), field="instalments")
    if any(part <= 0 for part in shares):
        raise DomainError(N_("Each instalment needs a share above zero."), field="percent")
    if sum(shares) != 1:
        raise DomainError(
            N_("The shares of the payment plan add up to %(sum)s %%, not to 100 %%."),
            field="percent",
            params={"sum": f"{sum(shares) * 100:f}".rstrip("0").rstrip(".")},
        )
    exact = [total * part for part in shares]
    cut = [amount.quantize(CENT, ROUND_FLOOR) for amount in exact]
    spare = int((total - sum(cut)) / CENT)
    by_remainder = sorted(range(len(cut)), key=lambda i: (cut[i] - exact[i], i))
    for index in by_remainder[:spare]:
        cut[index] += CENT
    return cut


def plan_check(total: Decimal, amounts: Sequence[Decimal]) -> None:
    """Refuse a plan whose amounts do not add up to the total."""
    planned = sum(amounts, Decimal(0))
    if planned != total:
        raise DomainError(
            N_("The payment plan adds up to %(planned)s, the contract to %(total)s."),
            field="instalments",
            params={"planned": f"{planned:,.2f}", "total": f"{total:,.2f}"},
            next_step=N_("Change a share or an amount until both agree."),
        )
