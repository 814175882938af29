"""The guard against overflow: 128 bits hold 1.7e38, and nothing may come near it unseen."""

from __future__ import annotations

import itertools
from math import lcm
from typing import Any

import polars as pl

from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.table import Table
from tonglu.kernel.text import N_

from .book import MINOR
from .lines import OF_CREDIT
from .modifiers import growth
from .ratio import NARROW, NARROW_BITS, WIDE
from .terms import NUMBERS, Scale, by_quota

LIMIT = 127
# Rounding doubles hundredths, a row is a difference, and a line may be drawn beyond its points.
_LINES = frozenset({"interp_sum", "interp_points", "proportional_ti"})
_SLACK = (16 * MINOR).bit_length()


def check_width(
    component: Component, table: Table | None, frame: pl.DataFrame, scale: Scale, unit: int
) -> Any:
    """The narrowest type that holds every product, or a refusal; the exact engine has no limit."""
    if frame.is_empty():
        return WIDE
    return width_for(component, *_products(table, frame, scale, unit))


def width_for(component: Component, num: int, den: int) -> Any:
    """The type for numerators and denominators up to these, after the component's modifiers."""
    wider, largest = growth(component)
    bits = (max(num, den * largest) * wider).bit_length() + _SLACK
    if bits > LIMIT:
        raise fault(
            "too_wide",
            N_("Component %(id)s needs numbers of %(bits)s bits; the fast engine has %(limit)s."),
            id=component.id,
            bits=bits,
            limit=LIMIT,
        )
    return NARROW if bits < NARROW_BITS else WIDE


def _products(table: Table | None, frame: pl.DataFrame, scale: Scale, unit: int) -> tuple[int, int]:
    """The largest numerator and denominator that the curve can make of this book."""
    lift = scale.position // unit
    most = _largest(frame)
    reach = _largest_sum(frame) * lift + most["start"]
    quota = max(most["quota"], 1)
    unit_pay = max(most["base"], most["target"], 1)
    value = scale.rate * (1 if table is None else _largest_value(table))
    den = scale.rate * scale.position * max(most["bden"], scale.target)
    shares = most["qlcm"] if _divides_by_quota(table) else 1
    lines = _line_denominator(table, scale)
    num = max(reach, quota) * value * unit_pay * shares * lines
    if lines > 1 and table is not None and table.value in OF_CREDIT:
        num *= max(reach, 1)
    return num, den * shares * lines


def _divides_by_quota(table: Table | None) -> bool:
    """Lines and shares of a target have the quota under them; steps only compare with it."""
    if table is None:
        return False
    return table.value == "percent_of_target" or (table.mode in _LINES and by_quota(table))


def _largest(frame: pl.DataFrame) -> dict[str, int]:
    """The largest size of each number of the groups."""
    found = frame.select(pl.col(*NUMBERS).abs().max()).row(0, named=True)
    return {name: int(size or 0) for name, size in found.items()}


def _largest_sum(frame: pl.DataFrame) -> int:
    """The most that the credits of one person add up to."""
    sums = frame.group_by("payee").agg(pl.col("credit").abs().sum())
    return int(sums["credit"].max() or 0)  # type: ignore[arg-type]


def _largest_value(table: Table) -> int:
    values = [tier.value for tier in table.tiers] + [y for _, y in table.points]
    values += [value for row in table.values for value in row]
    return int(max((abs(value) for value in values), default=1)) + 1


def _line_denominator(table: Table | None, scale: Scale) -> int:
    if table is None or table.mode not in ("interp_sum", "interp_points"):
        return 1
    edges = sorted({x for x, _ in table.points} | {t.lo for t in table.tiers}
                   | {t.hi for t in table.tiers if t.hi is not None})  # fmt: skip
    widths = [right - left for left, right in itertools.pairwise(edges)]
    if by_quota(table):
        return lcm(1, *(width.numerator for width in widths))
    return lcm(1, *((width * scale.position).numerator for width in widths))
