"""What a plan asks of the facts and of the people around them: the columns its worked example must have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.plan import PlanVersion
from tonglu.compensation.core.model.rules import Linear, Mbo, Pool, Rate, Rollup

_COMPUTED = ("attainment", "credits", "payout", "credit")
_ALWAYS = frozenset({"amount", "count"})
_FOUND_IN = {"margin": "cost", "units": "units", "received": "received"}


def fields_needed(version: PlanVersion | None, *, numbers_only: bool = False) -> list[str]:
    """The fields of a deal beside its amount that the plan reads, in reading order."""
    if version is None:
        return []
    found: dict[str, None] = {}
    for component in version.components:
        names = (
            [*_measured(component), *_looked_up(component)]
            if numbers_only
            else fields_of(component)
        )
        found.update(dict.fromkeys(name for name in names if name and name not in _ALWAYS))
    given = set(metrics_needed(version))
    return [name for name in found if name not in given]


def fields_of(component: Component) -> list[str]:
    """The fields that a component measures, looks up or chooses by."""
    return [*_measured(component), *_looked_up(component), *_filtered(component.filter)]


def metrics_needed(version: PlanVersion | None) -> list[str]:
    """The measures of people that the plan reads and does not compute itself."""
    if version is None:
        return []
    found = {name: None for component in version.components for name in _metrics(component)}
    return [name for name in found if name and name.rpartition(".")[2] not in _COMPUTED]


def needs_tree(version: PlanVersion | None) -> bool:
    """Whether it matters who reports to whom."""
    if version is None:
        return False
    return any(isinstance(component.rule, Rollup) for component in version.components)


def _measured(component: Component) -> Iterator[str]:
    name = component.measure.name
    yield _FOUND_IN.get(name, name)
    if isinstance(component.rule, Linear) and component.rule.quantity_rate:
        yield "units"


def _looked_up(component: Component) -> Iterator[str]:
    for gate in component.gates:
        yield gate.field
    for multiplier in component.multipliers:
        yield multiplier.field or ""
    for factor in component.credit_factors:
        yield factor.field or factor.metric or ""


def _filtered(condition: Any) -> list[str]:
    if not isinstance(condition, Mapping):
        return []
    if "field" in condition and "op" in condition:
        return [str(condition["field"])]
    found: list[str] = []
    for key, wanted in condition.items():
        if key in ("all", "any") and isinstance(wanted, (list, tuple)):
            found += [name for one in wanted for name in _filtered(one)]
        elif key == "not":
            found += _filtered(wanted)
        else:
            found.append(str(key))
    return found


def _metrics(component: Component) -> Iterator[str]:
    for gate in component.gates:
        yield gate.metric
    for multiplier in component.multipliers:
        yield multiplier.metric or ""
    match component.rule:
        case Rate(table=table) | Rollup(table=table) if table is not None:
            axes = (table.rows, table.columns)
            yield from (axis.metric for axis in axes if axis is not None)
        case Pool(achievement=str(name)):
            yield name
        case Mbo(objectives=objectives):
            for _payee, goals in objectives:
                yield from (goal.score for goal in goals if isinstance(goal.score, str))
