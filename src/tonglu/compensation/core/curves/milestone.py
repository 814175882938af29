"""Milestones: a fixed amount for the highest step reached, or the sum of all steps reached."""

from __future__ import annotations

from fractions import Fraction

from tonglu.compensation.core.model.table import UPPER, Table, Tier
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.trace import Slice

from .terms import Curve, Terms, paid_unit, scaled_tiers


def milestone(table: Table, terms: Terms) -> Curve:
    tiers = tuple(sorted(scaled_tiers(table, terms), key=lambda tier: tier.lo))
    unit = paid_unit(table, terms)

    def reached(x: Fraction) -> list[Tier]:
        found = [t for t in tiers if (x > t.lo if table.edge == UPPER else x >= t.lo) and x > 0]
        return found if table.reached == "sum" else found[-1:]

    def pieces(before: Fraction, after: Fraction) -> list[Slice]:
        had, has = reached(before), reached(after)
        lost = [_slice(tier, -unit) for tier in had if tier not in has]
        return [*lost, *(_slice(tier, unit) for tier in has if tier not in had)]

    return pieces


def _slice(tier: Tier, unit: Fraction) -> Slice:
    amount = tier.value * unit
    portion = ONE if unit >= ZERO else -ONE
    return Slice(
        kind="milestone",
        lo=tier.lo,
        hi=tier.hi,
        portion=portion,
        rate=tier.value * abs(unit),
        amount=amount,
    )
