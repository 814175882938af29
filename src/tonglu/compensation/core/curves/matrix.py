"""Matrices: the value is looked up by two independent measures, one per side."""

from __future__ import annotations

from fractions import Fraction

from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.table import Axis, Table
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.trace import Slice
from tonglu.kernel.text import N_

from .terms import Curve, Terms


def matrix(table: Table, terms: Terms) -> Curve:
    rows, columns = table.rows, table.columns
    if rows is None or columns is None or len(table.values) != len(rows.bounds):
        raise fault(
            "bad_matrix", N_("Component %(id)s: the matrix is incomplete."), id=terms.component
        )

    def cell(x: Fraction) -> Fraction:
        row, column = _index(rows, x, terms), _index(columns, x, terms)
        return ZERO if row is None or column is None else table.values[row][column]

    def worth(x: Fraction) -> tuple[Fraction, Fraction]:
        if table.value == "percent_of_target":
            return cell(x) * terms.need_target(), ONE if x else ZERO
        if table.value == "amount":
            return cell(x) * terms.base, ONE if x else ZERO
        return cell(x) * terms.base, x - terms.offset

    def pieces(before: Fraction, after: Fraction) -> list[Slice]:
        (old, had), (new, has) = worth(before), worth(after)
        found = [Slice(kind="tier", portion=has - had, rate=new, amount=(has - had) * new)]
        if had != 0 and new != old:
            found.append(
                Slice(kind="catch_up", portion=had, rate=new - old, amount=had * (new - old))
            )
        return found

    return pieces


def _index(axis: Axis, x: Fraction, terms: Terms) -> int | None:
    value = _side(axis.metric, x, terms)
    passed = [index for index, bound in enumerate(axis.bounds) if value >= bound]
    return passed[-1] if passed else None


def _side(metric: str, x: Fraction, terms: Terms) -> Fraction:
    if metric == "attainment":
        return x / terms.need_quota()
    if metric in ("amount", "credit"):
        return x
    value = terms.look(metric)
    if value is None:
        raise fault("no_metric", N_("The measure “%(metric)s” is not given."), metric=metric)
    return value
