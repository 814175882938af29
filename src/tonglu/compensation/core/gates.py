"""Gates: another measure must hold, or the pay becomes nothing, a share, or the base rate only."""

from __future__ import annotations

from fractions import Fraction

from tonglu.kernel.text import N_

from .faults import fault
from .model.component import Component
from .model.modifiers import Gate
from .numbers import ONE, ZERO
from .scene import Scene
from .selection import compare
from .trace import Row


def gate_holds(gate: Gate, scene: Scene, payee: str, window: str) -> bool:
    value = scene.metric(payee, window, gate.metric)
    if value is None:
        raise fault(
            "no_metric_of_payee",
            N_("The measure “%(metric)s” of %(payee)s is not given."),
            metric=gate.metric,
            payee=payee,
        )
    return compare(gate.op, value, gate.value)


def closed_to_base(component: Component, scene: Scene, payee: str, window: str) -> bool:
    """Whether a gate leaves only the base rate."""
    return any(
        gate.on_fail == "first_tier" and not gate_holds(gate, scene, payee, window)
        for gate in component.gates
    )


def gated(row: Row, component: Component, scene: Scene) -> Row:
    """The row after all gates that pay less; base-rate gates have already chosen the curve."""
    for gate in component.gates:
        if gate_holds(gate, scene, row.payee, row.window):
            continue
        kept = ONE if gate.on_fail == "first_tier" else _kept(gate)
        row = row.with_step(
            "gate",
            row.unrounded * (kept - ONE),
            metric=gate.metric,
            op=gate.op,
            wanted=gate.value,
            got=scene.metric(row.payee, row.window, gate.metric),
        )
    return row


def _kept(gate: Gate) -> Fraction:
    return gate.on_fail if isinstance(gate.on_fail, Fraction) else ZERO
