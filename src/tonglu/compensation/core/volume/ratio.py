"""Exact arithmetic in columns: a ratio of two whole numbers of 128 bits, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import polars as pl

WIDE = pl.Int128


def wide(value: int) -> pl.Expr:
    return pl.lit(value, dtype=WIDE)


def clipped(x: pl.Expr, low: pl.Expr | None, high: pl.Expr | None) -> pl.Expr:
    """x kept between two columns; an open side does not hold it."""
    if low is not None:
        x = pl.max_horizontal(x, low)
    return x if high is None else pl.min_horizontal(x, high)


@dataclass(frozen=True)
class Ratio:
    num: pl.Expr
    den: pl.Expr

    def times(self, factor: Fraction) -> Ratio:
        return Ratio(self.num * wide(factor.numerator), self.den * wide(factor.denominator))


def rounded(num: pl.Expr, den: pl.Expr) -> pl.Expr:
    """num / den to the nearest whole number, ties away from zero."""
    size = (num.abs() * 2 + den) // (den * 2)
    return pl.when(num < 0).then(wide(0) - size).otherwise(size)
