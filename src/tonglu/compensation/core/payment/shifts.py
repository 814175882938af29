"""One period of pay as movements: what each payment rule of a plan keeps from, or adds to, what came in.

A *stretch* is a run of periods under one version's rules; the last stretch holds the newest period. Its rules take over what the stretch
before left standing: an advance that is owed, an amount that is carried. Holds belong to the version under which pay was earned, so each
version's own pay goes through `held` first, and a later version can neither change a period that is past nor swallow a hold.

Law: payment = amount that came in + the effects of all shifts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate

from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.rounding import Rounding

from .pay import pay_periods, with_maximum
from .rule import Earning, PaymentRule, PeriodPay

EFFECTS: Mapping[str, int] = {
    "held_back": -1,
    "let_go": 1,
    "drawn": 1,
    "draw_recovered": -1,
    "guaranteed": 1,
    "forfeited": -1,
    "carried": -1,
    "forgiven": 0,
}
"""What a shift of one unit does to the payment; a carried amount below zero adds to it."""

HOLD = "holdback"
_NAMED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "holdback": (("held_back", "held"), ("let_go", "released")),
    "draw_recoverable": (
        ("drawn", "draw"),
        ("draw_recovered", "recovered"),
        ("forgiven", "forgiven"),
    ),
    "draw_nonrecoverable": (("guaranteed", "draw"),),
    "guarantee": (("guaranteed", "draw"),),
    "cap": (("forfeited", "forfeited"),),
    "offset": (("draw_recovered", "recovered"),),
}
_SAME = {"draw_recoverable_forgiven": "draw_recoverable"}


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One movement a rule asks for in the newest period."""

    kind: str
    amount: Fraction
    rule: PaymentRule

    @property
    def effect(self) -> Fraction:
        """What it adds to the payment."""
        return EFFECTS[self.kind] * self.amount


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Periods under one version's rules."""

    version: str
    rules: tuple[PaymentRule, ...]
    earnings: tuple[Earning, ...]


@dataclass(frozen=True, kw_only=True)
class Shifted:
    """The newest period: what it pays, and the movements between what came in and that."""

    came_in: Fraction
    payment: Fraction
    shifts: tuple[Shift, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class _Pass:
    """One rule's way through a stretch: what it was given and what it let through."""

    rule: PaymentRule
    given: tuple[Earning, ...]
    found: tuple[PeriodPay, ...]

    def standing(self) -> Fraction:
        """What it leaves standing at the end: positive is owed by the payee on a draw, to the payee when carried."""
        if self.rule.type == "draw_delayed":
            last = self.found[-1]
            return last.values["difference"] - last.payment
        return self.found[-1].values.get("balance", ZERO) if self.found else self.rule.opening


def shifted(stretches: Sequence[Stretch], rounding: Rounding | None = None) -> Shifted:
    """The newest period of the last stretch as movements."""
    money = (rounding or Rounding()).money
    standing: list[_Pass] = []
    for stretch in stretches:
        rules = _taking_over(stretch.rules, standing)
        standing = list(_passes(rules, stretch.earnings, rounding))
    shifts = [shift for step in standing for shift in _shifts_of(step)]
    came_in = money(stretches[-1].earnings[-1].amount)
    effects = sum((shift.effect for shift in shifts), ZERO)
    return Shifted(
        came_in=came_in,
        payment=came_in + effects,
        shifts=tuple(shift for shift in shifts if shift.amount),
    )


def held(
    rules: Sequence[PaymentRule], earnings: Sequence[Earning], rounding: Rounding | None = None
) -> tuple[tuple[Earning, ...], tuple[Shift, ...]]:
    """What the holds among a version's rules let through of its own pay, and the newest period's movements."""
    holds = [rule for rule in rules if rule.type == HOLD]
    passes = list(_passes(holds, earnings, rounding))
    if not passes:
        return tuple(earnings), ()
    left = tuple(
        replace(one, amount=pay.payment)
        for one, pay in zip(earnings, passes[-1].found, strict=True)
    )
    return left, tuple(s for step in passes for s in _shifts_of(step) if s.amount)


def _passes(
    rules: Sequence[PaymentRule], earnings: Sequence[Earning], rounding: Rounding | None
) -> Iterator[_Pass]:
    money = (rounding or Rounding()).money
    left = tuple(replace(one, amount=money(one.amount)) for one in earnings)
    for rule in with_maximum(rules):
        given = _to_date(left) if rule.type == "true_up" else left
        found = pay_periods(rule, given, rounding)
        yield _Pass(rule=rule, given=left, found=found)
        left = tuple(replace(e, amount=p.payment) for e, p in zip(left, found, strict=True))


def _shifts_of(step: _Pass) -> Iterator[Shift]:
    """The named movements of a rule; what they do not explain was carried."""
    given, pay = step.given[-1].amount, step.found[-1]
    explained = ZERO
    for kind, name in _NAMED.get(_SAME.get(step.rule.type, step.rule.type), ()):
        shift = Shift(kind=kind, amount=pay.values.get(name, ZERO), rule=step.rule)
        explained += shift.effect
        yield shift
    yield Shift(kind="carried", amount=given + explained - pay.payment, rule=step.rule)


def _taking_over(
    rules: Sequence[PaymentRule], standing: Sequence[_Pass]
) -> tuple[PaymentRule, ...]:
    """The rules, opened with what the ones before left standing; what no rule takes over is settled by one of its own."""
    left: dict[str, Fraction] = {}
    for one in standing:
        left[_family(one.rule)] = left.get(_family(one.rule), ZERO) + one.standing()
    left.pop("", None)
    taken = [replace(rule, opening=left.pop(_family(rule), rule.opening)) for rule in rules]
    if owed := left.get("draw", ZERO):
        taken.append(PaymentRule(type="offset", amount=owed))
    if carried := sum((left.get(name, ZERO) for name in ("carry", "delayed")), ZERO):
        taken.append(PaymentRule(type="negative_carry", opening=carried))
    return tuple(taken)


def _family(rule: PaymentRule) -> str:
    """Rules that hand over to each other."""
    families = {
        "draw_recoverable": "draw",
        "draw_recoverable_forgiven": "draw",
        "draw_delayed": "delayed",
        "cap": "carry",
        "negative_carry": "carry",
    }
    if rule.type == "offset":
        return "draw"
    return families.get(rule.type, "")


def _to_date(earnings: Sequence[Earning]) -> tuple[Earning, ...]:
    sums = accumulate(one.amount for one in earnings)
    return tuple(replace(one, amount=sum_) for one, sum_ in zip(earnings, sums, strict=True))
