"""Exact arithmetic in columns: a ratio of two whole numbers, never a float.

Whole numbers have 128 bits, or 64 where a component's largest product is known to fit (`width`): half the
memory and a third of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import polars as pl

WIDE = pl.Int128
NARROW = pl.Int64
NARROW_BITS = 62
_IN_USE: ContextVar[Any] = ContextVar("width", default=WIDE)


@contextmanager
def in_width(kind: Any) -> Iterator[None]:
    """Literals made inside have this type."""
    token = _IN_USE.set(kind)
    try:
        yield
    finally:
        _IN_USE.reset(token)


def at_once(steps: pl.LazyFrame) -> pl.DataFrame:
    """Several steps over columns in one go: each by itself would wait for the pool of threads, which small frames do little but."""
    return steps.collect(optimizations=pl.QueryOptFlags.none(), engine="in-memory")


def wide(value: int) -> pl.Expr:
    return _literal(value, _IN_USE.get())


@lru_cache(maxsize=4096)
def _literal(value: int, kind: Any) -> pl.Expr:
    """Made once: a changed fact asks for some two hundred of them."""
    return pl.lit(value, dtype=kind)


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
