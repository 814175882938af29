"""Lint of rate tables: holes, overlaps, undeclared edges, cliffs, and selling more for less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import Rate, Rollup
from tonglu.compensation.core.model.table import Table, Tier
from tonglu.compensation.core.numbers import ONE, ZERO, number_text
from tonglu.compensation.core.problems import Problem

from .findings import finding

_NEEDS_TIERS = frozenset({"slab", "whole", "running", "overage_at_top", "interp_sum", "milestone"})
# Where the owner of the exact edge decides about money; marginal tables pay the same either way.
_NEEDS_BOUNDARY = frozenset({"whole", "running", "overage_at_top", "milestone"})
_CONTIGUOUS = frozenset({"slab", "whole", "running", "overage_at_top", "interp_sum"})


def table_problems(component: Component) -> Iterator[Problem]:
    rule = component.rule
    table = rule.table if isinstance(rule, (Rate, Rollup)) else None
    if table is None:
        return
    name = component.id
    if table.mode in _NEEDS_TIERS and not table.tiers:
        yield finding("no_tiers", component=name)
    if table.mode in _NEEDS_BOUNDARY and table.boundary is None:
        yield finding("no_boundary", component=name)
    if table.mode == "interp_points" and (table.below is None or table.above is None):
        yield finding("no_ends", component=name)
    if table.mode == "running":
        yield finding("order_dependent", component=name)
    if table.mode in _CONTIGUOUS:
        yield from _shape(name, table)
    yield from _behaviour(name, table)
    yield from _units(component, table)


def _shape(name: str, table: Table) -> Iterator[Problem]:
    for tier in table.tiers:
        if tier.hi is not None and tier.hi <= tier.lo:
            yield finding("empty_tier", component=name, lo=_text(tier.lo), hi=_text(tier.hi))
    for left, right in pairwise(table.tiers):
        if left.hi is None or left.hi > right.lo:
            yield finding(
                "overlap", component=name, lo=_text(right.lo), hi=_text(_end(left, right))
            )
        elif left.hi < right.lo and table.gap not in ("previous", "next"):
            code = "gap" if table.gap is None else "declared_gap"
            yield finding(code, component=name, lo=_text(left.hi), hi=_text(right.lo))
    last = table.tiers[-1] if table.tiers else None
    if (
        last is not None
        and last.hi is not None
        and table.gap is None
        and table.mode != "interp_sum"
    ):
        yield finding("open_top", component=name, hi=_text(last.hi))


def _behaviour(name: str, table: Table) -> Iterable[Problem]:
    match table.mode:
        case "whole" if table.value in ("amount", "percent_of_target"):
            return _steps(name, [(tier.lo, tier.value) for tier in table.tiers])
        case "whole":
            return _jumps(name, table.tiers, ZERO)
        case "overage_at_top" if table.axis != "amount":
            return _jumps(name, table.tiers, ONE)
        case "milestone" if table.reached == "highest":
            return _steps(name, sorted((tier.lo, tier.value) for tier in table.tiers))
        case "milestone":
            return _negative(name, table.tiers)
        case "slab" | "interp_sum":
            return _negative(name, table.tiers)
        case "interp_points":
            return _steps(name, sorted(table.points), cliffs=False)
    return ()


def _jumps(name: str, tiers: tuple[Tier, ...], base: Fraction) -> Iterator[Problem]:
    """At an edge a retroactive table re-prices everything it has counted beyond its base."""
    for left, right in pairwise(tiers):
        counted = right.lo - base
        if counted > 0:
            yield from _jump(name, right.lo, left.value * counted, right.value * counted)


def _steps(
    name: str, steps: Iterable[tuple[Fraction, Fraction]], cliffs: bool = True
) -> Iterator[Problem]:
    for (_, before), (edge, after) in pairwise(steps):
        if cliffs is False and after >= before:
            continue
        yield from _jump(name, edge, before, after, cliffs)


def _jump(
    name: str, edge: Fraction, before: Fraction, after: Fraction, cliffs: bool = True
) -> Iterator[Problem]:
    if after < before:
        code = "inversion"
    elif after > before and cliffs:
        code = "cliff"
    else:
        return
    yield finding(code, component=name, edge=_text(edge), before=_text(before), after=_text(after))


def _negative(name: str, tiers: tuple[Tier, ...]) -> Iterator[Problem]:
    for tier in tiers:
        if tier.value < 0:
            yield finding("falling_pay", component=name, edge=_text(tier.lo))


def _units(component: Component, table: Table) -> Iterator[Problem]:
    """Rates of a money measure lie between 0 and 1; a mix with larger numbers is two units."""
    rule = component.rule
    based = isinstance(rule, (Rate, Rollup)) and rule.base_rate is not None
    is_rate = (
        table.value in (None, "rate") and not based and table.mode in ("slab", "whole", "running")
    )
    if not is_rate or component.measure.name not in ("amount", "margin", "received"):
        return
    if component.target_incentive.default is not None or component.target_incentive.by_name:
        return
    large = [tier.value for tier in table.tiers if tier.value > ONE]
    small = [tier.value for tier in table.tiers if ZERO < tier.value < ONE]
    if large and small:
        yield finding("mixed_units", component=component.id)
    elif large:
        yield finding("rate_over_one", component=component.id, value=_text(large[0]))


def _end(left: Tier, right: Tier) -> Fraction:
    if left.hi is not None:
        return left.hi if right.hi is None else min(left.hi, right.hi)
    return right.lo if right.hi is None else right.hi


def _text(value: Fraction) -> str:
    return number_text(value)
