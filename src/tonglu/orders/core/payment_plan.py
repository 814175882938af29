"""How a contract's total falls into instalments that add up to the cent, and how what is kept of it does when goods come back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise

from tonglu.kernel.errors import DomainError
from tonglu.kernel.money import Money
from tonglu.kernel.percent import Percent
from tonglu.kernel.text import N_

CENT = Decimal("0.01")


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


def plan_of_kept(
    planned: Sequence[Decimal], agreed: Decimal, kept: Decimal, *, fixed: bool
) -> list[Decimal]:
    """What each instalment asks of what the customer kept of the agreed net amount; together all of it, to the cent.

    Shares are of what was kept. Fixed amounts stay what was agreed, and what came back is taken from the last of them.
    """
    whole, base = sum(planned, Decimal(0)), agreed if fixed else kept
    reached = [min(_cents(base * done / whole), kept) for done in accumulate(planned)]
    return [until - since for since, until in pairwise([Decimal(0), *reached])]


def plan_next(asked: Sequence[Decimal], invoiced: Decimal, slack: Decimal = CENT) -> Decimal:
    """What is still to be invoiced of the first instalment that is not; a rest within the slack was lost in rounding."""
    reached = list(accumulate(asked))
    for until in reached:
        if until - invoiced > slack:
            return until - invoiced
    return max(reached[-1] - invoiced, Decimal(0)) if reached else Decimal(0)


def spread(amount: Decimal, weights: Sequence[Decimal], most: Sequence[Decimal]) -> list[Decimal]:
    """An amount over parts by their weights, to the cent and never beyond the most that each can take."""
    whole = sum(weights, Decimal(0))
    shares = [
        min(_cents(amount * weight / whole), limit) if whole else Decimal(0)
        for weight, limit in zip(weights, most, strict=True)
    ]
    left = amount - sum(shares, Decimal(0))
    for place, limit in enumerate(most):
        more = max(min(left, limit - shares[place]), -shares[place])
        shares[place] += more
        left -= more
    return shares


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
