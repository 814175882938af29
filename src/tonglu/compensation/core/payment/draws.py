"""Draws and guarantees: a minimum each period, and who owes what for it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from tonglu.compensation.core.numbers import ZERO

from .rule import Earning, PaymentRule, PeriodPay, in_force, last_of_term

Money = Callable[[Fraction], Fraction]


def recoverable(
    rule: PaymentRule, earnings: Sequence[Earning], money: Money
) -> Iterator[PeriodPay]:
    """Below the minimum the shortfall is owed; above it the excess pays the debt first."""
    owed = rule.opening
    recovering = not rule.recovery_start
    for index, earning in enumerate(earnings, start=1):
        recovering = recovering or rule.recovery_start in (str(index), earning.period)
        least = rule.amount if in_force(rule, index) else ZERO
        draw = ZERO if earning.leaver else max(least - earning.amount, ZERO)
        most = money(_recoverable(rule, earning.amount - least))
        if earning.leaver and rule.on_leave == "deduct":
            most, recovering = max(earning.amount, ZERO), True
        recovered = min(most, owed) if recovering else ZERO
        owed += draw - recovered
        forgiven = owed if _ends(rule, index, earning) else ZERO
        owed -= forgiven
        yield PeriodPay(
            period=earning.period,
            earned=earning.amount,
            payment=earning.amount + draw - recovered,
            values={"balance": owed, "draw": draw, "recovered": recovered, "forgiven": forgiven},
        )


def guaranteed(rule: PaymentRule, earnings: Sequence[Earning], _: Money) -> Iterator[PeriodPay]:
    """The better of earnings and the minimum; nothing is ever owed."""
    for index, earning in enumerate(earnings, start=1):
        payment = max(earning.amount, rule.amount) if in_force(rule, index) else earning.amount
        yield PeriodPay(
            period=earning.period,
            earned=earning.amount,
            payment=payment,
            values={"balance": ZERO, "draw": payment - earning.amount},
        )


def delayed(rule: PaymentRule, earnings: Sequence[Earning], _: Money) -> Iterator[PeriodPay]:
    """A flat amount inside the interval; the difference adds up and is settled at its end, or when somebody leaves."""
    difference = rule.opening
    for earning in earnings:
        difference += earning.amount
        payment = max(difference, rule.amount) if earning.settle else rule.amount
        if earning.leaver:
            payment = max(difference, ZERO)
        available = difference
        difference -= payment
        forgiven = -difference if earning.leaver and rule.on_leave == "forgive" else ZERO
        difference += forgiven
        yield PeriodPay(
            period=earning.period,
            earned=earning.amount,
            payment=payment,
            values={
                "earnings_difference": available,
                "difference": available,
                "balance": max(-difference, ZERO),
                "forgiven": forgiven,
            },
        )


def _recoverable(rule: PaymentRule, excess: Fraction) -> Fraction:
    """How much of what lies above the minimum may be taken for the debt."""
    most = max(excess, ZERO) * rule.recover_pct
    return most if rule.recovery_cap is None else min(most, rule.recovery_cap)


def _ends(rule: PaymentRule, index: int, earning: Earning) -> bool:
    """Whether what is owed is forgiven now: a leaver, or the end of a forgiving draw's term."""
    if earning.leaver:
        return rule.on_leave == "forgive"
    forgives = rule.type == "draw_recoverable_forgiven" or rule.forgive
    return forgives and index == last_of_term(rule)
