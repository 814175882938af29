"""How a contract's total falls into instalments that add up to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tonglu.kernel.errors import DomainError
from tonglu.kernel.money import Money
from tonglu.kernel.percent import Percent
from tonglu.kernel.text import N_


def plan_split(total: Money, shares: Sequence[Decimal]) -> list[Decimal]:
    """The amounts for fractions that add up to exactly 1, to the cent by the largest remainder."""
    if not shares:
        raise DomainError(N_("The payment plan has no instalments."), field="instalments")
    if any(part <= 0 for part in shares):
        raise DomainError(N_("Each instalment needs a share above zero."), field="percent")
    whole = sum(shares, Decimal(0))
    if whole != 1:
        raise DomainError(
            N_("The shares of the payment plan add up to %(sum)s, not to 100%%."),
            field="percent",
            params={"sum": str(Percent(whole))},
        )
    return [part.amount for part in total.allocate(shares)]


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
