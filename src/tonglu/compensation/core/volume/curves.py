"""The table modes as column arithmetic: what a position is worth, as a ratio of whole numbers.

Every function answers the worth of a position column; a row pays worth(after) - worth(before). They say the
same as `core.curves`, term by term. Denominators differ between payees at most, never inside one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce

import polars as pl

from tonglu.compensation.core.model.table import LOWER, UPPER, Table, Tier

from .ratio import Ratio, clipped, wide
from .terms import Scale, by_quota

Worth = Callable[[pl.Expr], Ratio]
QUOTA, BASE, BASE_DEN, TARGET = (pl.col(name) for name in ("quota", "base", "bden", "target"))


def flat(scale: Scale) -> Worth:
    return lambda x: Ratio(x * BASE, wide(scale.position) * BASE_DEN)


def slab(table: Table, scale: Scale) -> Worth:
    def worth(x: pl.Expr) -> Ratio:
        parts = [_part(tier, index, table, scale, x) for index, tier in enumerate(table.tiers)]
        if table.value == "percent_of_target":
            return _of_target(total(parts), scale)
        return priced(total(parts), scale)

    return worth


def whole(table: Table, scale: Scale) -> Worth:
    if table.value in ("amount", "percent_of_target"):
        return _lookup(table, scale)
    return lambda x: priced(value_at(table, scale, x) * x, scale)


def overage_at_top(table: Table, scale: Scale) -> Worth:
    """Within the quota at the price of the tier that ends there, beyond it at the tier reached."""

    def worth(x: pl.Expr) -> Ratio:
        at_quota = value_at(table, scale, QUOTA, edge_rule=UPPER, missing=scale.rate)
        below = value_at(table, scale, x, missing=scale.rate)
        inner = pl.when(x >= QUOTA).then(at_quota).otherwise(below)
        over = pl.max_horizontal(x - QUOTA, wide(0))
        within = inner * pl.min_horizontal(x, QUOTA)
        return priced(within + value_at(table, scale, x) * over, scale)

    return worth


def milestone(table: Table, scale: Scale) -> Worth:
    tiers = sorted(table.tiers, key=lambda tier: tier.lo)

    def worth(x: pl.Expr) -> Ratio:
        sum_ = wide(0)
        for tier in tiers:
            bound = edge(tier.lo, table, scale)
            reached = ((x > bound) if table.edge == UPPER else (x >= bound)) & (x > 0)
            value = in_rates(tier.value, scale)
            sum_ = (
                pl.when(reached)
                .then(sum_ + value if table.reached == "sum" else value)
                .otherwise(sum_)
            )
        return paid_once(sum_, table, scale)

    return worth


def running(table: Table, scale: Scale, before: pl.Expr, after: pl.Expr) -> Ratio:
    """Each row at the price of its own position; earlier rows stay as they are."""
    at = before if table.at == "before" else after
    return priced(value_at(table, scale, at) * (after - before), scale)


def edge(value: Fraction, table: Table, scale: Scale) -> pl.Expr:
    """A bound in positions: a constant, or a share of the quota column."""
    if by_quota(table):
        return QUOTA * wide(value.numerator) // wide(value.denominator)
    return wide((value * scale.position).numerator)


def value_at(
    table: Table, scale: Scale, x: pl.Expr, edge_rule: str = "", missing: int = 0
) -> pl.Expr:
    """The value (in rate units) of the tier that holds x; first match first."""
    rule = edge_rule or table.edge
    found = wide(missing)
    if table.tiers and table.tiers[0].lo == 0:
        found = pl.when(x < 0).then(in_rates(table.tiers[0].value, scale)).otherwise(found)
    for tier in reversed(table.tiers):
        low = edge(tier.lo, table, scale)
        holds = (x > low) if rule == UPPER else (x >= low)
        if tier.hi is not None:
            high = edge(tier.hi, table, scale)
            holds &= (x < high) if rule == LOWER else (x <= high)
        found = pl.when(holds).then(in_rates(tier.value, scale)).otherwise(found)
    return found


def in_rates(value: Fraction, scale: Scale) -> pl.Expr:
    return wide((value * scale.rate).numerator)


def paid_once(value: pl.Expr, table: Table, scale: Scale) -> Ratio:
    """A looked-up amount, or a percent of the target, as currency."""
    if table.value == "percent_of_target":
        return Ratio(value * TARGET, wide(scale.rate * scale.target))
    return Ratio(value * BASE, wide(scale.rate) * BASE_DEN)


def total(parts: list[pl.Expr]) -> pl.Expr:
    return reduce(lambda left, right: left + right, parts, wide(0))


def _part(tier: Tier, index: int, table: Table, scale: Scale, x: pl.Expr) -> pl.Expr:
    """Value x the part of [0, x] in the tier; the first tier from zero reaches below zero."""
    low = edge(tier.lo, table, scale)
    high = None if tier.hi is None else edge(tier.hi, table, scale)
    floor = None if index == 0 and tier.lo == 0 else low
    held = clipped(x, floor, high) - clipped(wide(0), floor, high)
    return held * in_rates(tier.value, scale)


def _lookup(table: Table, scale: Scale) -> Worth:
    def worth(x: pl.Expr) -> Ratio:
        value = pl.when(x != 0).then(value_at(table, scale, x)).otherwise(wide(0))
        return paid_once(value, table, scale)

    return worth


def priced(num: pl.Expr, scale: Scale) -> Ratio:
    """Value units x positions x base, as currency."""
    return Ratio(num * BASE, wide(scale.rate * scale.position) * BASE_DEN)


def _of_target(num: pl.Expr, scale: Scale) -> Ratio:
    """Value units x positions x target / quota, as currency."""
    lifted = num * TARGET * pl.col("qlift")
    return Ratio(lifted, wide(scale.rate * scale.target) * pl.col("qlcm"))


MODES: Mapping[str, Callable[[Table, Scale], Worth]] = {
    "slab": slab,
    "whole": whole,
    "overage_at_top": overage_at_top,
    "milestone": milestone,
}
