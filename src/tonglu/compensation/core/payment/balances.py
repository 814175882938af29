"""Caps, holds and carried balances: money that is earned now and paid, in part, later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from tonglu.compensation.core.numbers import ONE, ZERO

from .rule import Earning, PaymentRule, PeriodPay, Tranche, in_force, last_of_term

Money = Callable[[Fraction], Fraction]


def capped(rule: PaymentRule, earnings: Sequence[Earning], _: Money) -> Iterator[PeriodPay]:
    carry = rule.opening
    for index, earning in enumerate(earnings, start=1):
        available = earning.amount + carry
        payment = min(available, rule.amount) if in_force(rule, index) else available
        excess = available - payment
        carry = excess if rule.carries else ZERO
        yield PeriodPay(
            period=earning.period,
            earned=earning.amount,
            payment=payment,
            values={"carry": carry, "balance": carry, "forfeited": excess - carry},
        )


def negative_carried(
    rule: PaymentRule, earnings: Sequence[Earning], _: Money
) -> Iterator[PeriodPay]:
    carry = rule.opening
    for earning in earnings:
        total = carry + earning.amount
        carry = min(total, ZERO)
        yield PeriodPay(
            period=earning.period,
            earned=earning.amount,
            payment=max(total, ZERO),
            values={"carry": carry, "balance": carry},
        )


def trued_up(rule: PaymentRule, earnings: Sequence[Earning], _: Money) -> Iterator[PeriodPay]:
    """Earnings are entitlements to date; what was paid before is deducted."""
    paid = rule.opening
    for earning in earnings:
        payment = earning.amount - paid
        if rule.never_negative:
            payment = max(payment, ZERO)
        paid += payment
        yield PeriodPay(
            period=earning.period,
            earned=earning.amount,
            payment=payment,
            values={"paid_to_date": paid, "ytd_paid": paid, "carry": earning.amount - paid},
        )


def offset(rule: PaymentRule, earnings: Sequence[Earning], money: Money) -> Iterator[PeriodPay]:
    """What is owed is taken from each payment, never more than a share of it."""
    outstanding = rule.amount + rule.opening
    share = ONE if rule.pct is None else rule.pct
    for index, earning in enumerate(earnings, start=1):
        most = money(max(earning.amount, ZERO) * share) if index >= rule.start else ZERO
        if rule.recovery_cap is not None:
            most = min(most, rule.recovery_cap)
        recovered = min(outstanding, most)
        outstanding -= recovered
        forgiven = outstanding if rule.forgive and index == last_of_term(rule) else ZERO
        outstanding -= forgiven
        yield PeriodPay(
            period=earning.period,
            earned=earning.amount,
            payment=earning.amount - recovered,
            values={
                "recovered": recovered,
                "outstanding": outstanding,
                "balance": outstanding,
                "forgiven": forgiven,
            },
        )


def held_back(rule: PaymentRule, earnings: Sequence[Earning], money: Money) -> Iterator[PeriodPay]:
    """Each part of the hold waits its periods, a named period, or a release, whichever comes first."""
    waiting: list[tuple[int, Tranche, Fraction]] = []
    for index, earning in enumerate(earnings):
        due = [item for item in waiting if _is_due(item, index, earning)]
        waiting = [item for item in waiting if item not in due]
        holds = [
            (index, part, amount) for part, amount in _holds(rule, max(earning.amount, ZERO), money)
        ]
        due += [item for item in holds if item[1].after == 0]
        waiting += [item for item in holds if item[1].after != 0]
        held = sum((amount for _, _, amount in holds), ZERO)
        if earning.leaver and rule.on_leave == "release":
            due, waiting = due + waiting, []
        forfeited = ZERO
        if earning.leaver and rule.on_leave == "forfeit":
            forfeited, waiting = sum((amount for _, _, amount in waiting), ZERO), []
        released = sum((amount for _, _, amount in due), ZERO)
        yield PeriodPay(
            period=earning.period,
            earned=earning.amount,
            payment=earning.amount - held + released,
            values={
                "held": held,
                "released": released,
                "forfeited": forfeited,
                "held_balance": sum((amount for _, _, amount in waiting), ZERO),
                "balance": sum((amount for _, _, amount in waiting), ZERO),
            },
        )


def passed(_rule: PaymentRule, earnings: Sequence[Earning], _: Money) -> Iterator[PeriodPay]:
    for earning in earnings:
        yield PeriodPay(period=earning.period, earned=earning.amount, payment=earning.amount)


def _holds(rule: PaymentRule, earned: Fraction, money: Money) -> Iterator[tuple[Tranche, Fraction]]:
    """What is held, by the time it is released; the releases of one hold add up to it."""
    if not rule.releases and rule.pct is None and not rule.tranches:
        yield _parts(rule)[0], min(rule.amount, earned)
        return
    if not rule.releases:
        yield from ((part, money(part.pct * earned)) for part in _parts(rule))
        return
    held = min(rule.amount, earned) if rule.pct is None else money(rule.pct * earned)
    share = given = ZERO
    for part in rule.releases:
        share += part.pct
        due = money(held * share)
        yield part, due - given
        given = due
    if held != given:
        yield Tranche(pct=ONE - share), held - given


def _parts(rule: PaymentRule) -> tuple[Tranche, ...]:
    whole = Tranche(pct=rule.pct or ZERO, after=rule.release_after, at=rule.release_at)
    return rule.tranches or (whole,)


def _is_due(item: tuple[int, Tranche, Fraction], index: int, earning: Earning) -> bool:
    since, part, _ = item
    waited = part.after is not None and index - since >= part.after
    return waited or earning.release or earning.period in part.at
