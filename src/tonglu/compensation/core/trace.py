"""The trace: every row says, step by step, how a fact became money.

Law: the amounts of the slices, the deltas of the steps and the rounding add up to the row's amount.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from .numbers import ONE, ZERO


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One piece of a row: `portion` of the measure at `rate`, from the tier [lo, hi).

    kind: tier, flat, gap, catch_up (a retroactive tier re-prices earlier credit), base, overage,
    interpolated, milestone, target, event, fixed, override, share, prize, goal, adjustment
    """

    kind: str
    portion: Fraction
    rate: Fraction
    amount: Fraction
    lo: Fraction | None = None
    hi: Fraction | None = None

    def times(self, factor: Fraction) -> Slice:
        return replace(self, portion=self.portion * factor, amount=self.amount * factor)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A change after the rate: multiplier, gate, cap, floor, plan_cap, plan_floor."""

    code: str
    delta: Fraction
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Row:
    payee: str
    component: str
    kind: str
    amount: Fraction = ZERO
    fact: str = ""
    revision: int = 1
    date: dt.date | None = None
    window: str = "all"
    measure: str = "amount"
    role: str = ""
    pct: Fraction | None = None
    factor: Fraction = ONE
    credit: Fraction = ZERO
    before: Fraction = ZERO
    after: Fraction = ZERO
    quota: Fraction | None = None
    slices: tuple[Slice, ...] = ()
    steps: tuple[Step, ...] = ()
    rounding: Fraction = ZERO
    version: str = ""
    clause: str = ""
    reason: str = ""

    @property
    def unrounded(self) -> Fraction:
        """Slices and steps added up."""
        if len(self.slices) == 1 and not self.steps:
            return self.slices[0].amount
        return sum((s.amount for s in self.slices), ZERO) + sum((s.delta for s in self.steps), ZERO)

    @property
    def attainment(self) -> Fraction | None:
        """The share of the quota reached after this row."""
        return self.after / self.quota if self.quota else None

    def with_step(self, code: str, delta: Fraction, **params: object) -> Row:
        """The same row after one more change; a change of nothing leaves no mark."""
        if delta == 0:
            return self
        return replace(self, steps=(*self.steps, Step(code=code, delta=delta, params=params)))

    def rounded_to(self, amount: Fraction, unrounded: Fraction) -> Row:
        return replace(self, amount=amount, rounding=amount - unrounded)
