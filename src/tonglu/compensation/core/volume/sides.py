"""The two sides of a matrix: which move with the position, and where a measure of the person stands on the others."""

from __future__ import annotations

from fractions import Fraction

from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.table import Axis, Table
from tonglu.compensation.core.scene import Scene
from tonglu.kernel.text import N_

Group = tuple[str, str]
ATTAINMENT = "attainment"
MOVING = (ATTAINMENT, "amount", "credit")
"""The measures that move with the position."""
SIDES = ("mrow", "mcol")
"""Columns with the place of a person's measure on a side; below its first bound none."""


def is_whole(table: Table) -> bool:
    """Whether every cell is there, and no side asks what another component has reached."""
    if table.rows is None or table.columns is None or len(table.values) != len(table.rows.bounds):
        return False
    wide_enough = all(len(one) == len(table.columns.bounds) for one in table.values)
    return wide_enough and not any("." in axis.metric for axis in axes(table))


def looked_up(table: Table | None) -> bool:
    """Whether a side is a measure of the person."""
    is_matrix = table is not None and table.mode == "matrix"
    return is_matrix and any(axis.metric not in MOVING for axis in axes(table))


def places(table: Table, scene: Scene, groups: list[Group]) -> dict[str, list[int]]:
    """For each side that is a measure of the person, its place in every group."""
    found = {}
    for name, axis in zip(SIDES, axes(table), strict=True):
        if axis.metric not in MOVING:
            found[name] = [_place(axis, _measure(axis.metric, scene, group)) for group in groups]
    return found


def axes(table: Table | None) -> tuple[Axis, Axis]:
    assert table is not None
    assert table.rows is not None
    assert table.columns is not None
    return table.rows, table.columns


def _measure(name: str, scene: Scene, group: Group) -> Fraction:
    value = scene.number(*group, name)
    if value is None:
        raise fault("no_metric", N_("The measure “%(metric)s” is not given."), metric=name)
    return value


def _place(axis: Axis, value: Fraction) -> int:
    passed = [index for index, bound in enumerate(axis.bounds) if value >= bound]
    return passed[-1] if passed else -1
