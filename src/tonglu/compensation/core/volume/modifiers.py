"""Fixed multipliers, caps and floors in columns, in the order the component declares."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import prod

import polars as pl

from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.modifiers import Limit, Multiplier
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.windows import CALENDAR

from .ratio import wide
from .terms import KEYS

Clamp = Callable[[pl.Expr, pl.Expr], pl.Expr]
_NUM, _DEN = pl.col("num"), pl.col("den")


def modified(component: Component, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Rows with `num` and `den` after the component's multipliers, caps and floors."""
    for step in component.order:
        if step == "multiplier" and component.multipliers:
            factor = prod((fixed(m) for m in component.multipliers), start=ONE)
            frame = frame.with_columns(
                _NUM * wide(factor.numerator), _DEN * wide(factor.denominator)
            )
        if step == "cap":
            for cap in component.caps:
                frame = _limited(frame, cap, pl.min_horizontal)
            for floor in component.floors:
                frame = _limited(frame, floor, pl.max_horizontal)
    return frame


def fixed(multiplier: Multiplier) -> Fraction:
    return ONE if multiplier.value is None else multiplier.value


def is_plain(multiplier: Multiplier) -> bool:
    """A multiplier that looks nothing up."""
    looks = any(name is not None for name in (multiplier.metric, multiplier.field, multiplier.op))
    return not looks and multiplier.minimum is None and multiplier.maximum is None


def is_amount(limit: Limit) -> bool:
    """A limit in money whose excess nobody remembers."""
    plain = limit.target_multiple is None and not limit.refundable
    return plain and limit.amount is not None and limit.scope not in CALENDAR


def growth(component: Component) -> tuple[int, int]:
    """By how much modifiers widen the numbers, and the largest limit in whole currency."""
    factors = [fixed(multiplier) for multiplier in component.multipliers]
    limits = [abs(limit.amount or ZERO) for limit in (*component.caps, *component.floors)]
    wider = prod(f.denominator * max(abs(f.numerator), 1) for f in factors)
    wider *= prod(limit.denominator for limit in limits)
    return wider, max((limit.numerator for limit in limits), default=1) + 1


def _limited(frame: pl.LazyFrame, limit: Limit, clamp: Clamp) -> pl.LazyFrame:
    amount = limit.amount or ZERO
    frame = frame.with_columns(_NUM * wide(amount.denominator))
    most = _DEN * wide(amount.numerator)
    if limit.scope == "transaction":
        new = _mirrored(_NUM, most, clamp)
    else:
        keys = list(KEYS) if limit.scope == "period" else ["payee"]
        new = _running(_NUM, most, clamp, keys)
    return frame.with_columns(new.alias("num"), _DEN * wide(amount.denominator))


def _mirrored(num: pl.Expr, most: pl.Expr, clamp: Clamp) -> pl.Expr:
    size = clamp(num.abs(), most)
    signed = pl.when(num < 0).then(wide(0) - size).otherwise(size)
    return pl.when(num == 0).then(num).otherwise(signed)


def _running(num: pl.Expr, most: pl.Expr, clamp: Clamp, keys: list[str]) -> pl.Expr:
    """What the row adds to the clamped running total of its group."""
    total = num.cum_sum().over(keys)
    first = pl.int_range(pl.len()).over(keys) == 0
    before = pl.when(first).then(wide(0)).otherwise(clamp(total - num, most))
    return clamp(total, most) - before
