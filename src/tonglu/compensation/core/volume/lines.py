"""Interpolated tables as column arithmetic: fractions of tiers and of segments, over one denominator."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm

import polars as pl

from tonglu.compensation.core.model.table import UPPER, Table
from tonglu.compensation.core.numbers import ZERO

from .curves import BASE as _BASE
from .curves import BASE_DEN as _BASE_DEN
from .curves import TARGET, Worth, edge, in_rates, paid_once, total
from .ratio import Ratio, clipped, wide
from .terms import Scale, by_quota

OF_CREDIT = ("blended_rate", "rate", "multiplier")


def interp_sum(table: Table, scale: Scale) -> Worth:
    """Each tier pays its value times the filled fraction."""
    tiers = [(tier.lo, tier.hi, tier.value) for tier in table.tiers if tier.hi is not None]
    lifts, den = _widths([hi - lo for lo, hi, _ in tiers], table, scale)

    def worth(x: pl.Expr) -> Ratio:
        parts = []
        for (lo, hi, value), lift in zip(tiers, lifts, strict=True):
            low, high = edge(lo, table, scale), edge(hi, table, scale)
            parts.append((clipped(x, low, high) - low) * lift * in_rates(value, scale))
        return _worth(total(parts), den, x, table, scale)

    return worth


def interp_points(table: Table, scale: Scale) -> Worth:
    """A straight line between points; the ends as the table declares."""
    points = sorted(table.points)
    lifts, den = _widths([b[0] - a[0] for a, b in itertools.pairwise(points)], table, scale)

    def segment(index: int, x: pl.Expr) -> pl.Expr:
        (x0, y0), (_, y1) = points[index], points[index + 1]
        rise = in_rates(y1 - y0, scale) * (x - edge(x0, table, scale)) * lifts[index]
        return in_rates(y0, scale) * den + rise

    def end(rule: str | Fraction, index: int, flat: Fraction, x: pl.Expr) -> pl.Expr:
        if isinstance(rule, Fraction):
            return in_rates(rule, scale) * den
        return in_rates(flat, scale) * den if rule == "flat" else segment(index, x)

    def worth(x: pl.Expr) -> Ratio:
        last = len(points) - 2
        height = end("flat" if table.above is None else table.above, last, points[-1][1], x)
        for index in range(last, -1, -1):
            inside = x <= edge(points[index + 1][0], table, scale)
            height = pl.when(inside).then(segment(index, x)).otherwise(height)
        below = x < edge(points[0][0], table, scale)
        low = end(ZERO if table.below is None else table.below, 0, points[0][1], x)
        return _worth(pl.when(below).then(low).otherwise(height), den, x, table, scale)

    return worth


def proportional_ti(table: Table, scale: Scale) -> Worth:
    """Attainment x target from a floor, up to a ceiling."""

    def worth(x: pl.Expr) -> Ratio:
        share = x
        if table.ceiling is not None:
            share = pl.min_horizontal(share, edge(table.ceiling, table, scale))
        if table.floor is not None:
            floor = edge(table.floor, table, scale)
            reached = x > floor if table.boundary == UPPER else x >= floor
            share = pl.when(reached).then(share).otherwise(wide(0))
        return Ratio(share * TARGET * pl.col("qlift"), wide(scale.target) * pl.col("qlcm"))

    return worth


def _widths(widths: list[Fraction], table: Table, scale: Scale) -> tuple[list[pl.Expr], pl.Expr]:
    """For each width the lift to the common denominator, and that denominator."""
    if by_quota(table):
        common = lcm(1, *(width.numerator for width in widths))
        lift = pl.col("qlift")
        lifts = [lift * wide(w.denominator * common // w.numerator) for w in widths]
        return lifts, pl.col("qlcm") * wide(common)
    wholes = [(width * scale.position).numerator for width in widths]
    common = lcm(1, *wholes)
    return [wide(common // w) for w in wholes], wide(common)


def _worth(num: pl.Expr, den: pl.Expr, x: pl.Expr, table: Table, scale: Scale) -> Ratio:
    """A height times credit, or paid once; nothing at position zero."""
    num = pl.when(x != 0).then(num).otherwise(wide(0))
    if table.value in OF_CREDIT:
        unit = wide(scale.rate * scale.position) * _BASE_DEN
        return Ratio(num * x * _BASE, den * unit)
    paid = paid_once(num, table, scale)
    return Ratio(paid.num, paid.den * den)


LINES: Mapping[str, Callable[[Table, Scale], Worth]] = {
    "interp_sum": interp_sum,
    "interp_points": interp_points,
    "proportional_ti": proportional_ti,
}
