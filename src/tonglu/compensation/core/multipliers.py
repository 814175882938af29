"""Multipliers: the pay of a row times a factor found from a second measure of the payee or the fact."""

from __future__ import annotations

from fractions import Fraction

from tonglu.kernel.text import N_

from .factors import factor_of
from .faults import fault
from .model.component import Component
from .model.modifiers import Multiplier
from .numbers import ONE, exact
from .scene import Scene
from .trace import Row


def multiplied(row: Row, component: Component, scene: Scene) -> Row:
    for multiplier in component.multipliers:
        looked = _looked_up(multiplier, row, scene, component)
        factor = factor_of(multiplier, looked, component.id)
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
