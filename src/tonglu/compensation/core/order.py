"""Which component is computed first: one that reads another waits for it; a circle is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from tonglu.kernel.text import N_

from .faults import fault
from .model.component import Component
from .model.rules import Pool, Rank, Rollup

ALL_COMMISSION = ("commission", "commissions", "earnings", "earned", "payout", "incentive")


def reads(component: Component, others: Sequence[Component]) -> set[str]:
    """The ids of the components this one needs."""
    names = {other.id for other in others}
    metrics = [gate.metric for gate in component.gates]
    metrics += [multiplier.metric or "" for multiplier in component.multipliers]
    found = {metric.rpartition(".")[0] for metric in metrics}
    match component.rule:
        case Rollup(basis=basis) if basis in ALL_COMMISSION and basis not in names:
            found |= {other.id for other in others if not isinstance(other.rule, Rollup)}
        case Rollup(basis=basis):
            found.add(basis)
        case Pool(of=str(of)):
            found.add(of)
        case Rank():
            found.add(component.measure.name.rpartition(".")[0])
    return found & names


def in_turn(components: Sequence[Component]) -> list[Component]:
    """Components, those that are read before those that read them, otherwise as written."""
    graph: Mapping[str, Iterable[str]] = {c.id: reads(c, components) for c in components}
    try:
        names = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(str(name) for name in error.args[1])
        raise fault(
            "cycle", N_("Components wait for each other: %(circle)s."), circle=circle
        ) from error
    by_id = {component.id: component for component in components}
    return [by_id[name] for name in names]
