"""Multipliers: the pay of a row times a factor found from a second measure of the payee or the fact."""

from __future__ import annotations

from fractions import Fraction

from tonglu.kernel.text import N_

from .curves.interpolation import on_line
from .curves.terms import Terms, scaled_tiers, tier_at
from .faults import fault
from .model.component import Component
from .model.modifiers import Multiplier
from .model.table import Table
from .numbers import ONE, ZERO, exact
from .scene import Scene
from .trace import Row


def multiplied(row: Row, component: Component, scene: Scene) -> Row:
    for multiplier in component.multipliers:
        looked = _looked_up(multiplier, row, scene, component)
        factor = _factor(multiplier, looked, component.id)
        row = row.with_step(
            "multiplier",
            row.unrounded * (factor - ONE),
            metric=multiplier.metric or multiplier.field or "",
            value=looked,
            factor=factor,
        )
    return row


def _looked_up(
    multiplier: Multiplier, row: Row, scene: Scene, component: Component
) -> Fraction | None:
    """The measure of the payee, or of the fact when the payee has none of that name."""
    if multiplier.metric is None and multiplier.field is None:
        return None
    if multiplier.metric is not None:
        own = scene.number(row.payee, row.window, multiplier.metric, component)
        if own is not None:
            return own
    name = multiplier.field or multiplier.metric or ""
    value = scene.field(row.fact, name)
    if value is None:
        raise fault("no_metric", N_("The measure “%(metric)s” is not given."), metric=name)
    return exact(value)


def _factor(multiplier: Multiplier, looked: Fraction | None, component: str) -> Fraction:
    factor = _raw_factor(multiplier, looked, component)
    if multiplier.minimum is not None:
        factor = max(factor, multiplier.minimum)
    return factor if multiplier.maximum is None else min(factor, multiplier.maximum)


def _raw_factor(multiplier: Multiplier, looked: Fraction | None, component: str) -> Fraction:
    if looked is None:
        return ONE if multiplier.value is None else multiplier.value
    table = Table(
        mode="whole",
        tiers=multiplier.tiers,
        points=multiplier.points,
        boundary=multiplier.boundary,
        gap=multiplier.gap,
        below="flat",
    )
    if multiplier.points:
        return on_line(tuple(sorted(multiplier.points)), looked, table)
    if not multiplier.tiers:
        return looked if multiplier.value is None else looked * multiplier.value
    terms = Terms(component=component)
    tier = tier_at(scaled_tiers(table, terms), looked, table, terms)
    return tier.value if tier else ZERO
