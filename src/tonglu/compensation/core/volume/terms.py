"""What differs by payee and window, looked up once per group and joined as columns of whole numbers.

quota, start   in positions          qlcm, qlift   the payee's common quota, and its multiple of this one
base           parts of bden         target        parts of the scale's target unit
bden           the payee's common denominator of base rates (a person's own rate is a fraction)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import polars as pl

from tonglu.compensation.core.curves.build import base_rate
from tonglu.compensation.core.curves.terms import Terms
from tonglu.compensation.core.kinds.rate import terms_of
from tonglu.compensation.core.model.amounts import NO_AMOUNTS
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import Rate
from tonglu.compensation.core.model.table import Table
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.scene import Scene

from .ratio import WIDE, wide
from .sides import ATTAINMENT, MOVING, Group, looked_up, places

KEYS = ("payee", "window")
NUMBERS = ("quota", "start", "qlcm", "qlift", "base", "bden", "target")


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Whole-number units of one component: positions, values of the table, targets."""

    position: int
    rate: int
    target: int


@dataclass(frozen=True, kw_only=True)
class _Known:
    terms: dict[Group, Terms]
    bases: dict[Group, Fraction]
    starts: dict[Group, Fraction]

    def quota(self, group: Group) -> Fraction:
        return self.terms[group].quota or ZERO

    def target(self, group: Group) -> Fraction:
        return self.terms[group].target or ZERO


def joined(
    component: Component, table: Table | None, scene: Scene, found: pl.DataFrame, unit: int
) -> tuple[pl.DataFrame, Scale]:
    """Entries with the numbers of their group, and the scale these are in."""
    rule = component.rule
    assert isinstance(rule, Rate)
    groups: list[Group] = _groups(component, scene, found)
    terms = {group: terms_of(component, scene, *group) for group in groups}
    known = _Known(
        terms=terms,
        bases={group: base_rate(rule, term) for group, term in terms.items()},
        starts={group: component.starting_value.find(*group) or ZERO for group in groups},
    )
    scale = _scale(table, known, unit)
    columns = _columns(groups, known, scale)
    if table is not None and table.mode == "matrix":
        columns |= places(table, scene, groups)
    return _with_columns(found, columns), scale


def _groups(component: Component, scene: Scene, found: pl.DataFrame) -> list[Group]:
    """Every person and window; one is enough where nothing differs between them."""
    rule = component.rule
    amounts = [component.quota, component.target_incentive, component.starting_value]
    amounts += [rule.base_rate] if isinstance(rule, Rate) and rule.base_rate is not None else []
    same = scene.context.quotas == NO_AMOUNTS and all(not given.by_name for given in amounts)
    same = same and not (isinstance(rule, Rate) and looked_up(rule.table))
    keys = found.select(*KEYS)
    return (keys.head(1) if same else keys.unique(maintain_order=True)).rows()


def _with_columns(found: pl.DataFrame, columns: dict[str, list[str] | list[int]]) -> pl.DataFrame:
    """Numbers that are the same for everybody stand as constants, the others are joined."""
    names = [name for name in columns if name not in KEYS]
    same = {name: columns[name][0] for name in names if len(set(columns[name])) == 1}
    varying = {name: values for name, values in columns.items() if name not in same}
    constants = [wide(int(value)).alias(name) for name, value in same.items()]
    if len(varying) == len(KEYS):
        return found.with_columns(constants)
    text = dict.fromkeys(KEYS, pl.Categorical())
    frame = pl.DataFrame(
        varying, schema_overrides=text | dict.fromkeys(varying.keys() - KEYS, WIDE)
    )
    return found.join(frame, on=list(KEYS), how="left", maintain_order="left").with_columns(
        constants
    )


def by_quota(table: Table) -> bool:
    """Whether the table's bounds are shares of the quota."""
    of_target = table.mode in ("interp_points", "proportional_ti", "overage_at_top")
    return table.axis == "attainment" or (table.axis is None and of_target)


def _columns(groups: list[Group], known: _Known, scale: Scale) -> dict[str, list[str] | list[int]]:
    quotas = {group: _in(known.quota(group), scale.position) for group in groups}
    common = _per_payee(groups, {g: abs(quota) or 1 for g, quota in quotas.items()})
    dens = _per_payee(groups, {g: base.denominator for g, base in known.bases.items()})
    return {
        "payee": [payee for payee, _ in groups],
        "window": [window for _, window in groups],
        "quota": list(quotas.values()),
        "start": [_in(known.starts[g], scale.position) for g in groups],
        "qlcm": [common[payee] for payee, _ in groups],
        "qlift": [common[g[0]] // (quotas[g] or 1) for g in groups],
        "base": [_in(known.bases[g], dens[g[0]]) for g in groups],
        "bden": [dens[payee] for payee, _ in groups],
        "target": [_in(known.target(g), scale.target) for g in groups],
    }


def _per_payee(groups: list[Group], numbers: dict[Group, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for group in groups:
        found[group[0]] = lcm(found.get(group[0], 1), numbers[group])
    return found


def _scale(table: Table | None, known: _Known, unit: int) -> Scale:
    """The smallest units in which every edge, quota, value and target is a whole number."""
    quotas = [known.quota(group) for group in known.terms]
    edges = _edges(table)
    if table is not None and by_quota(table):
        edges = [edge * quota for edge in edges for quota in set(quotas)]
    wholes = (*edges, *_matrix_edges(table, quotas), *quotas, *known.starts.values())
    targets = [known.target(group) for group in known.terms]
    return Scale(
        position=lcm(unit, *(whole.denominator for whole in wholes)),
        rate=lcm(*(value.denominator for value in _values(table))),
        target=lcm(*(target.denominator for target in (ONE, *targets))),
    )


def _edges(table: Table | None) -> list[Fraction]:
    if table is None:
        return []
    bounds = [tier.lo for tier in table.tiers] + [t.hi for t in table.tiers if t.hi is not None]
    ends = [end for end in (table.floor, table.ceiling) if end is not None]
    return [*bounds, *(x for x, _ in table.points), *ends]


def _matrix_edges(table: Table | None, quotas: list[Fraction]) -> list[Fraction]:
    found: list[Fraction] = []
    for axis in () if table is None else (table.rows, table.columns):
        if axis is not None and axis.metric in MOVING:
            by = set(quotas) if axis.metric == ATTAINMENT else {ONE}
            found += [bound * one for bound in axis.bounds for one in by]
    return found


def _values(table: Table | None) -> list[Fraction]:
    if table is None:
        return [ONE]
    if table.mode == "matrix":
        return [ONE, *(value for row in table.values for value in row)]
    ends = [end for end in (table.below, table.above) if isinstance(end, Fraction)]
    return [ONE, *(tier.value for tier in table.tiers), *(y for _, y in table.points), *ends]


def _in(value: Fraction, unit: int) -> int:
    scaled = value * unit
    assert scaled.denominator == 1
    return scaled.numerator
