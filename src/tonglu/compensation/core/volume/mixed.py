"""Any plan over a big book: the twin computes what it knows, the exact engine the components it does not.

A component is left to the exact engine when the twin refuses it (gates on measures, pools, contests, goals,
overrides on commission) or when its numbers would not fit. Whatever an exact component reads is
computed exactly beside it and thrown away. Where a plan joins its components (its own cap or floor, shares by
largest remainder, versions that carry on), or a credit holds what columns do not, all of it is exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import lcm
from typing import Any

import polars as pl

from tonglu.compensation.core.context import Context
from tonglu.compensation.core.evaluate import evaluate, versions_chosen
from tonglu.compensation.core.facts import Fact, facts_current
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.plan import Plan, PlanVersion, as_plan
from tonglu.compensation.core.order import reads
from tonglu.compensation.core.result import Result
from tonglu.compensation.core.scene import Scene
from tonglu.compensation.core.trace import Row
from tonglu.kernel.errors import DomainError

from .book import MINOR, book_of, whole_part
from .entries import in_counting_order
from .ratio import WIDE
from .run import Volume, component_lines, payouts_of, refused_components

# What the twin says of input that it cannot hold; the exact engine can.
_HELD_ELSEWHERE = frozenset({"too_wide", "not_in_book", "not_in_units", "not_in_volume"})
_TEXT: Any = pl.Categorical()
_ROWS: dict[str, Any] = {
    "component": pl.String, "fact": pl.String, "payee": _TEXT, "window": _TEXT,
    "before": WIDE, "after": WIDE, "amount": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class Mixed:
    """A volume, and the names of the components that the exact engine computed."""

    volume: Volume
    exact: frozenset[str]


def evaluate_mixed(
    plan: Plan | PlanVersion,
    facts: Sequence[Fact],
    context: Context | None = None,
    as_of: dt.date | None = None,
) -> Mixed:
    """Rows and payouts of any plan, each component by the engine that can."""
    plan, around = as_plan(plan), context or Context()
    current, _ = facts_current(facts, as_of)
    used = {version.id for version in versions_chosen(plan, current).values()}
    versions = [version for version in plan.versions if version.id in used] or [plan.versions[-1]]
    if len(versions) > 1 or _joins_components(versions[0]):
        return _all_exact(plan, current, around)
    try:
        around = around.in_currency(versions[0].currency, current)
        book = book_of(current, around)
    except DomainError as refusal:
        _require_known(refusal)
        return _all_exact(plan, current, around)
    return _by_component(versions[0], book, current, around)


def _by_component(
    version: PlanVersion, book: pl.DataFrame, facts: Sequence[Fact], context: Context
) -> Mixed:
    scene = Scene(version=version, facts=(), context=context)
    ordered = in_counting_order(book)
    refused = refused_components(version)
    fast: dict[str, tuple[pl.DataFrame, int]] = {}
    for component in version.components:
        if component.id not in refused:
            lines = _fast(component, scene, ordered)
            refused |= {component.id} if lines is None else set()
            fast |= {} if lines is None else {component.id: lines}
    exact = _exact(version, refused, facts, context)
    parts = [fast[c.id] if c.id in fast else exact[c.id] for c in version.components]
    units = {c.id: unit for c, (_, unit) in zip(version.components, parts, strict=True)}
    rows = pl.concat([frame.cast({"fact": pl.String}) for frame, _ in parts])
    return Mixed(Volume(rows.drop("paid"), payouts_of(rows), units), frozenset(refused))


def _fast(
    component: Component, scene: Scene, book: pl.DataFrame
) -> tuple[pl.DataFrame, int] | None:
    try:
        return component_lines(component, scene, book)
    except DomainError as refusal:
        _require_known(refusal)
        return None


def _exact(
    version: PlanVersion, names: set[str], facts: Sequence[Fact], context: Context
) -> Mapping[str, tuple[pl.DataFrame, int]]:
    """The lines of these components, computed together with all that they read."""
    needed = _closure(version, names)
    if not needed:
        return {}
    part = replace(version, components=tuple(c for c in version.components if c.id in needed))
    result = evaluate(part, facts, replace(context, adjustments=()))
    return {name: _lines(name, result) for name in names}


def _closure(version: PlanVersion, names: set[str]) -> set[str]:
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        found |= waiting
        own = [c for c in version.components if c.id in waiting]
        waiting = {name for c in own for name in reads(c, version.components)} - found
    return found


def _lines(name: str, result: Result) -> tuple[pl.DataFrame, int]:
    """The exact rows of a component as lines of the twin; `paid` carries the payout of the payee."""
    rows = result.rows(component=name)
    unit = lcm(1, *(n.denominator for row in rows for n in (row.before, row.after)))
    paid = {p.payee: whole_part(p.amount, MINOR) for p in result.payouts if p.component == name}
    made = [(*_line(row, unit, result), paid[row.payee]) for row in rows]
    return pl.DataFrame(made, schema={**_ROWS, "paid": pl.Int64}, orient="row"), unit


def _line(row: Row, unit: int, result: Result) -> tuple[Any, ...]:
    cents = whole_part(result.rounding.money(row.amount), MINOR)
    before, after = (row.before * unit).numerator, (row.after * unit).numerator
    return row.component, row.fact, row.payee, row.window, before, after, cents


def _all_exact(plan: Plan, facts: Sequence[Fact], context: Context) -> Mixed:
    result = evaluate(plan, facts, replace(context, adjustments=()))
    names = list(dict.fromkeys(row.component for row in result.trace))
    parts = {name: _lines(name, result) for name in names}
    rows = pl.concat(
        [pl.DataFrame(schema={**_ROWS, "paid": pl.Int64}), *(p for p, _ in parts.values())]
    )
    units = {name: unit for name, (_, unit) in parts.items()}
    everything = {c.id for version in plan.versions for c in version.components}
    return Mixed(Volume(rows.drop("paid"), payouts_of(rows), units), frozenset(everything))


def _joins_components(version: PlanVersion) -> bool:
    rounding = version.rounding
    odd = (rounding.scale, rounding.mode, rounding.shares) != (2, "half_up", "independent")
    return bool(version.caps or version.floors or odd)


def _require_known(refusal: DomainError) -> None:
    """What is wrong with the input itself is wrong for both engines."""
    if refusal.code not in _HELD_ELSEWHERE:
        raise refusal
