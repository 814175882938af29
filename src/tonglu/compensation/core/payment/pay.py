"""Pay periods under one payment rule, or under several in turn: each takes what the one before paid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from tonglu.compensation.core.rounding import Rounding

from .balances import capped, held_back, negative_carried, offset, passed, trued_up
from .draws import delayed, guaranteed, recoverable
from .rule import Earning, PaymentRule, PeriodPay

Money = Callable[[Fraction], Fraction]
_RULES: Mapping[str, Callable[[PaymentRule, Sequence[Earning], Money], Iterator[PeriodPay]]] = {
    "cap": capped,
    "draw_recoverable": recoverable,
    "draw_recoverable_forgiven": recoverable,
    "draw_nonrecoverable": guaranteed,
    "guarantee": guaranteed,
    "draw_delayed": delayed,
    "holdback": held_back,
    "negative_carry": negative_carried,
    "true_up": trued_up,
    "offset": offset,
    "none": passed,
}


# Of several rules it is the one with a debt whose balance a period tells.
OWED = frozenset({"draw_recoverable", "draw_recoverable_forgiven", "offset"})


def pay_periods(
    rule: PaymentRule, earnings: Sequence[Earning], rounding: Rounding | None = None
) -> tuple[PeriodPay, ...]:
    """What each period pays; earnings become money first, and every movement is money."""
    money = (rounding or Rounding()).money
    cents = [replace(earning, amount=money(earning.amount)) for earning in earnings]
    return tuple(_RULES[rule.type](rule, cents, money))


def pay_in_turn(
    rules: Sequence[PaymentRule], earnings: Sequence[Earning], rounding: Rounding | None = None
) -> tuple[PeriodPay, ...]:
    """Several rules, each on what the one before it let through; balances keep the first's names."""
    if not rules:
        return pay_periods(PaymentRule(type="none"), earnings, rounding)
    left: Sequence[Earning] = earnings
    values: list[dict[str, Fraction]] = [{} for _ in earnings]
    found: tuple[PeriodPay, ...] = ()
    for rule in with_maximum(rules):
        found = pay_periods(rule, left, rounding)
        left = tuple(replace(e, amount=p.payment) for e, p in zip(left, found, strict=True))
        for named, pay in zip(values, found, strict=True):
            named.update({f"{rule.type}.{k}": v for k, v in pay.values.items()})
            told = pay.values.items()
            named.update({k: v for k, v in told if k not in named or _owes(rule, k)})
    return tuple(
        replace(pay, earned=e.amount, values=named)
        for pay, e, named in zip(found, earnings, values, strict=True)
    )


def _owes(rule: PaymentRule, name: str) -> bool:
    return name == "balance" and rule.type in OWED


def with_maximum(rules: Sequence[PaymentRule]) -> Iterator[PaymentRule]:
    """A rule with a maximum is that rule, then a cap."""
    for rule in rules:
        yield rule
        if rule.maximum is not None:
            yield PaymentRule(type="cap", amount=rule.maximum, carries=rule.carries)
