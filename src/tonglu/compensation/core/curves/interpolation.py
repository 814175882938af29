"""Interpolated tables: pay follows a line between tiers or points instead of jumping.

interp_sum       the full values of the tiers passed, plus the fraction of the one being filled
interp_points    a straight line between points; what happens outside them is declared
proportional_ti  attainment times target incentive, nothing below the floor
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction

from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.table import UPPER, Table
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.trace import Slice
from tonglu.kernel.text import N_

from .terms import Curve, Terms, paid_unit, scaled_tiers


def interp_sum(table: Table, terms: Terms) -> Curve:
    tiers = scaled_tiers(table, terms)

    def summed(x: Fraction) -> Fraction:
        total = ZERO
        for tier in tiers:
            if tier.hi is None or x <= tier.lo:
                continue
            total += tier.value * min((x - tier.lo) / (tier.hi - tier.lo), ONE)
        return total

    if table.value in ("blended_rate", "rate", "multiplier"):
        return _difference(lambda x: (summed(x) * terms.base, x - terms.offset), "interpolated")
    unit = paid_unit(table, terms)
    return _difference(lambda x: (summed(x) * unit, ONE if x else ZERO), "interpolated")


def interp_points(table: Table, terms: Terms) -> Curve:
    if len(table.points) < 2:
        raise fault(
            "no_points", N_("Component %(id)s needs two points or more."), id=terms.component
        )
    points = tuple(sorted(table.points))
    by_quota = table.axis == "attainment" or (table.axis is None and terms.quota is not None)

    def height(x: Fraction) -> Fraction:
        return on_line(points, x / terms.need_quota() if by_quota else x, table)

    if table.value in ("rate", "multiplier", "blended_rate") or (
        table.value is None and terms.target is None and terms.has_base
    ):
        return _difference(lambda x: (height(x) * terms.base, x - terms.offset), "interpolated")
    unit = terms.base if table.value == "amount" or terms.target is None else terms.target
    return _difference(lambda x: (height(x) * unit, ONE if x else ZERO), "interpolated")


def proportional_ti(table: Table, terms: Terms) -> Curve:
    quota, target = terms.need_quota(), terms.need_target()

    def share(x: Fraction) -> Fraction:
        attainment = x / quota
        floor = table.floor
        if floor is not None and (
            attainment < floor or (table.boundary == UPPER and attainment == floor)
        ):
            return ZERO
        return attainment if table.ceiling is None else min(attainment, table.ceiling)

    return _difference(lambda x: (target, share(x)), "target")


def _difference(worth: Callable[[Fraction], tuple[Fraction, Fraction]], kind: str) -> Curve:
    """A curve from a worth given as (rate, portion): pays worth(after) - worth(before)."""

    def pieces(before: Fraction, after: Fraction) -> list[Slice]:
        rate, portion = worth(after)
        old_rate, old_portion = worth(before)
        found = [Slice(kind=kind, portion=portion, rate=rate, amount=portion * rate)]
        if old_rate * old_portion != 0:
            found.append(_taken_back(old_rate, old_portion))
        return found

    return pieces


def _taken_back(rate: Fraction, portion: Fraction) -> Slice:
    """What earlier rows of the window already received."""
    return Slice(kind="already", portion=-portion, rate=rate, amount=-portion * rate)


def on_line(points: tuple[tuple[Fraction, Fraction], ...], x: Fraction, table: Table) -> Fraction:
    first, last = points[0], points[-1]
    if x < first[0]:
        return _outside(ZERO if table.below is None else table.below, points[:2], first, x)
    if x > last[0]:
        return _outside("flat" if table.above is None else table.above, points[-2:], last, x)
    for left, right in itertools.pairwise(points):
        if x <= right[0]:
            return _through(left, right, x)
    return last[1]


def _outside(
    rule: str | Fraction,
    ends: tuple[tuple[Fraction, Fraction], ...],
    nearest: tuple[Fraction, Fraction],
    x: Fraction,
) -> Fraction:
    if isinstance(rule, Fraction):
        return rule
    return nearest[1] if rule == "flat" else _through(ends[0], ends[1], x)


def _through(
    left: tuple[Fraction, Fraction], right: tuple[Fraction, Fraction], x: Fraction
) -> Fraction:
    if left[0] == right[0]:
        return right[1]
    return left[1] + (right[1] - left[1]) * (x - left[0]) / (right[0] - left[0])
