"""Matrices as column arithmetic: a side that moves is compared with its bounds row by row, a measure of the person once per window."""

from __future__ import annotations

import polars as pl

from tonglu.compensation.core.model.table import Axis, Table

from .curves import QUOTA, Worth, in_rates, paid_once, priced
from .ratio import Ratio, wide
from .sides import ATTAINMENT, MOVING, SIDES, axes
from .terms import Scale


def matrix(table: Table, scale: Scale) -> Worth:
    """The cell that both sides reach, for all of the position; or an amount, paid once."""
    rows, columns = axes(table)

    def worth(x: pl.Expr) -> Ratio:
        across = [_reached(columns, SIDES[1], j, x, scale) for j in range(len(columns.bounds))]
        cell = wide(0)
        for i, values in enumerate(table.values):
            inner = wide(0)
            for reached, value in zip(across, values, strict=True):
                inner = pl.when(reached).then(in_rates(value, scale)).otherwise(inner)
            cell = pl.when(_reached(rows, SIDES[0], i, x, scale)).then(inner).otherwise(cell)
        if table.value in ("amount", "percent_of_target"):
            return paid_once(pl.when(x != 0).then(cell).otherwise(wide(0)), table, scale)
        return priced(cell * x, scale)

    return worth


def _reached(axis: Axis, column: str, index: int, x: pl.Expr, scale: Scale) -> pl.Expr:
    """Whether a side stands at a bound, or beyond: the last such bound of the side counts."""
    bound = axis.bounds[index]
    if axis.metric not in MOVING:
        return pl.col(column) == index
    if axis.metric == ATTAINMENT:
        return x >= QUOTA * wide(bound.numerator) // wide(bound.denominator)
    return x >= wide((bound * scale.position).numerator)
