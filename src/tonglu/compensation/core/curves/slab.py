"""Marginal tiers: each part of the amount earns the value of the tier it falls into.

F(x) is the sum of value x part; a move pays F(after) - F(before), so a refund unwinds the top tier first
and the order of rows never changes the total.
"""

from __future__ import annotations

from fractions import Fraction

from tonglu.compensation.core.model.table import Table, Tier
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.trace import Slice

from .terms import Curve, Terms, scaled_tiers


def slab(table: Table, terms: Terms) -> Curve:
    tiers = scaled_tiers(table, terms)
    unit = _unit(table, terms)

    def pieces(before: Fraction, after: Fraction) -> list[Slice]:
        low, high = min(before, after), max(before, after)
        sign = 1 if after >= before else -1
        found = [_piece(tier, tiers, (low, high), sign, unit) for tier in tiers[::sign]]
        return [piece for piece in found if piece is not None]

    return pieces


def _unit(table: Table, terms: Terms) -> Fraction:
    if table.value == "percent_of_target":
        return terms.need_target() / terms.need_quota()
    return terms.base


def _piece(
    tier: Tier, tiers: tuple[Tier, ...], span: tuple[Fraction, Fraction], sign: int, unit: Fraction
) -> Slice | None:
    low, high = span
    if high <= tier.lo and tier.lo != 0:
        return None
    below_zero = tier is tiers[0] and tier.lo == 0
    start = low if below_zero or low >= tier.lo else tier.lo
    end = high if tier.hi is None or high <= tier.hi else tier.hi
    if end <= start:
        return None
    portion = (end - start) * sign
    rate = tier.value * unit
    return Slice(
        kind="tier", lo=tier.lo, hi=tier.hi, portion=portion, rate=rate, amount=portion * rate
    )


def value_of(pieces: list[Slice]) -> Fraction:
    """The money in some pieces."""
    return sum((piece.amount for piece in pieces), ZERO)
