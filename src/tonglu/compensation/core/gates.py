"""Gates: another measure must hold, or the pay becomes nothing, a share, or the base rate only."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tonglu.kernel.text import N_

from .faults import fault
from .model.component import Component
from .model.modifiers import Gate
from .numbers import ONE, ZERO
from .scene import Scene
from .selection import compare
from .trace import Row


def closed_to_base(component: Component, scene: Scene, payee: str, window: str) -> bool:
    """Whether a gate leaves only the base rate."""
    return any(
        gate.on_fail == "first_tier"
        and not _holds(gate, _of_payee(gate, component, scene, payee, window))
        for gate in component.gates
        if gate.metric
    )


def gated(row: Row, component: Component, scene: Scene) -> Row:
    """The row after all gates that pay less; base-rate gates have already chosen the curve."""
    for gate in component.gates:
        if gate.metric:
            got = _of_row(gate, component, scene, row)
        else:
            got = scene.field(row.fact, gate.field)
        if _holds(gate, got):
            continue
        kept = ONE if gate.on_fail == "first_tier" else _kept(gate)
        row = row.with_step(
            "gate",
            row.unrounded * (kept - ONE),
            metric=gate.metric or gate.field,
            op=gate.op,
            wanted=gate.value,
            got=got,
        )
    return row


def _holds(gate: Gate, got: Any) -> bool:
    return compare(gate.op, got, gate.value)


def _of_row(gate: Gate, component: Component, scene: Scene, row: Row) -> Any:
    """The measure of the payee, or of the fact when the payee has none of that name."""
    value = scene.metric(row.payee, row.window, gate.metric, component)
    if value is None:
        value = scene.field(row.fact, gate.metric)
    return _of_payee(gate, component, scene, row.payee, row.window) if value is None else value


def _of_payee(gate: Gate, component: Component, scene: Scene, payee: str, window: str) -> Any:
    value = scene.metric(payee, window, gate.metric, component)
    if value is None:
        raise fault(
            "no_metric_of_payee",
            N_("The measure “%(metric)s” of %(payee)s is not given."),
            metric=gate.metric,
            payee=payee,
        )
    return value


def _kept(gate: Gate) -> Fraction:
    return gate.on_fail if isinstance(gate.on_fail, Fraction) else ZERO
