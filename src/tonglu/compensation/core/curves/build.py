"""The curve of a rate component: its table, with threshold and attainment cap laid over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.modifiers import Threshold
from tonglu.compensation.core.model.rules import Rate, Rollup
from tonglu.compensation.core.model.table import Table
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.trace import Slice
from tonglu.kernel.text import N_

from .interpolation import interp_points, interp_sum, proportional_ti
from .matrix import matrix
from .milestone import milestone
from .retroactive import overage_at_top, running, whole
from .slab import slab
from .terms import Curve, Terms

MODES: Mapping[str, Callable[[Table, Terms], Curve]] = {
    "slab": slab,
    "whole": whole,
    "running": running,
    "overage_at_top": overage_at_top,
    "interp_sum": interp_sum,
    "interp_points": interp_points,
    "milestone": milestone,
    "proportional_ti": proportional_ti,
    "matrix": matrix,
}


def curve_of(rule: Rate | Rollup, terms: Terms, base_only: bool = False) -> Curve:
    """The curve; `base_only` is what remains when a gate closes the accelerators."""
    priced = replace(terms, base=base_rate(rule, terms))
    curve = _of_table(rule.table, priced, base_only)
    if isinstance(rule, Rollup):
        return curve
    return _capped(_from_threshold(curve, rule.threshold, terms), rule, terms)


def _of_table(table: Table | None, terms: Terms, base_only: bool) -> Curve:
    if table is None:
        return flat(terms.base)
    if base_only and table.mode != "proportional_ti":
        return _first_tier(table, terms)
    return MODES[table.mode](table, terms)


def _first_tier(table: Table, terms: Terms) -> Curve:
    """What the table pays without its higher tiers; a line between points has its base rate only."""
    if not table.tiers and terms.has_base:
        return flat(terms.base)
    if not table.tiers:
        raise fault(
            "no_first_tier",
            N_("Component %(id)s has neither tiers nor a base rate to fall back to."),
            id=terms.component,
        )
    first = min(table.tiers, key=lambda tier: tier.lo)
    open_ended = table.mode in ("slab", "whole", "running", "overage_at_top")
    if open_ended and first.lo == 0 and table.value in (None, "rate", "multiplier"):
        return flat(first.value * terms.base)
    kept = replace(first, hi=None) if open_ended else first
    return MODES[table.mode](replace(table, tiers=(kept,)), terms)


def base_rate(rule: Rate | Rollup, terms: Terms) -> Fraction:
    """The declared base rate, else the individual rate target / quota, else one."""
    if terms.has_base or isinstance(rule, Rollup):
        return terms.base
    if rule.individual_rate or (terms.target is not None and _needs_individual(rule.table)):
        return terms.need_target() / terms.need_quota()
    return terms.base


def flat(rate: Fraction) -> Curve:
    def pieces(before: Fraction, after: Fraction) -> list[Slice]:
        portion = after - before
        return [Slice(kind="flat", portion=portion, rate=rate, amount=portion * rate)]

    return pieces


def _needs_individual(table: Table | None) -> bool:
    if table is None:
        return True
    declared = table.value in ("percent_of_target", "amount", "rate")
    return table.mode in ("slab", "whole", "running", "overage_at_top") and not declared


def _from_threshold(curve: Curve, threshold: Threshold | None, terms: Terms) -> Curve:
    if threshold is None:
        return curve
    line = threshold.value * (terms.need_quota() if threshold.axis == "attainment" else ONE)

    def first_unit(before: Fraction, after: Fraction) -> list[Slice]:
        start = before if before >= line else ZERO
        end = after if after >= line else ZERO
        return curve(start, end) if start != end else []

    def only_above(before: Fraction, after: Fraction) -> list[Slice]:
        return curve(max(before, line), max(after, line))

    return first_unit if threshold.pays == "all" else only_above


def _capped(curve: Curve, rule: Rate, terms: Terms) -> Curve:
    if rule.attainment_cap is None:
        return curve
    limit = rule.attainment_cap * terms.need_quota()
    return lambda before, after: curve(min(before, limit), min(after, limit))
