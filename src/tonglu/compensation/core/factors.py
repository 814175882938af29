"""Factors: a fixed number, a step or a line over a measure, or a condition that holds or not."""

from __future__ import annotations

from fractions import Fraction

from tonglu.kernel.text import N_

from .curves.interpolation import on_line
from .curves.terms import Terms, tier_at
from .faults import fault
from .model.modifiers import Multiplier
from .model.table import Table
from .numbers import ONE, ZERO
from .selection import compare


def factor_of(multiplier: Multiplier, looked: Fraction | None, component: str) -> Fraction:
    """The factor for a measure that was looked up, or the fixed one when nothing is."""
    factor = _unbounded(multiplier, looked, component)
    if multiplier.minimum is not None:
        factor = max(factor, multiplier.minimum)
    return factor if multiplier.maximum is None else min(factor, multiplier.maximum)


def _unbounded(multiplier: Multiplier, looked: Fraction | None, component: str) -> Fraction:
    fixed = ONE if multiplier.value is None else multiplier.value
    if multiplier.op is not None:
        return fixed if _holds(multiplier, looked, component) else multiplier.otherwise
    if looked is None:
        return fixed
    if multiplier.points:
        return on_line(tuple(sorted(multiplier.points)), looked, Table(mode="whole", below="flat"))
    if not multiplier.tiers:
        return looked * fixed
    return _of_tier(multiplier, looked, component)


def _holds(multiplier: Multiplier, looked: Fraction | None, component: str) -> bool:
    if looked is None:
        raise fault(
            "no_condition",
            N_("A condition of component %(id)s names no measure."),
            id=component,
        )
    return compare(multiplier.op or "==", looked, multiplier.threshold)


def _of_tier(multiplier: Multiplier, looked: Fraction, component: str) -> Fraction:
    table = Table(mode="whole", boundary=multiplier.boundary, gap=multiplier.gap)
    tier = tier_at(multiplier.tiers, looked, table, Terms(component=component))
    return tier.value if tier else ZERO
