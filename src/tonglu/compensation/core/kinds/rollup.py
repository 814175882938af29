"""Overrides: what managers earn on sales, or on the commission, of the people below them.

The path upward is the one stored on the credit, else the tree valid on the fact's date; nobody is
above themself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from tonglu.compensation.core.crediting import Entry, entries
from tonglu.compensation.core.facts import Credit, Fact
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import Rollup
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.order import ALL_COMMISSION
from tonglu.compensation.core.scene import Scene, row_base
from tonglu.compensation.core.trace import Row, Slice

from .rate import rows_of


def rollup_rows(component: Component, scene: Scene) -> list[Row]:
    rule = component.rule
    assert isinstance(rule, Rollup)
    lifted = list(_lifted(component, rule, scene))
    if rule.table is not None:
        _carry_on(component, rule, scene)
        return rows_of(component, scene, [entry for entry, _ in lifted])
    return [_override(component, rule, scene, entry, level) for entry, level in lifted]


def _carry_on(component: Component, rule: Rollup, scene: Scene) -> None:
    """What managers reached under older versions is what was sold below them, not what they sold."""
    if not scene.earlier:
        return
    before = replace(scene, facts=scene.earlier, earlier=())
    sums: dict[tuple[str, str], Fraction] = {}
    for entry, _ in _lifted(component, rule, before):
        key = (entry.payee, entry.window)
        sums[key] = sums.get(key, ZERO) + entry.counts
    scene.carry(component, sums)


def _lifted(component: Component, rule: Rollup, scene: Scene) -> Iterable[tuple[Entry, int]]:
    """The seller's entries, once for each manager above, with the level climbed."""
    sellers = replace(component, payees=())
    for entry in entries(sellers, scene.facts, scene.context):
        basis = entry.pays if rule.basis == "amount" else _commission(rule, scene, entry)
        for level, manager in enumerate(_managers(rule, scene, entry.fact, entry.credit)):
            if not component.payees or manager in component.payees:
                yield replace(entry, payee=manager, pays=basis, counts=basis), level


def _managers(rule: Rollup, scene: Scene, fact: Fact, credit: Credit) -> list[str]:
    path = credit.path
    if path is None:
        path = scene.context.hierarchy.path(credit.payee, fact.date)
    return climbed(rule, path)


def climbed(rule: Rollup, path: Sequence[str]) -> list[str]:
    """The managers a rule pays on a path: as many as it has levels, up to where it stops."""
    most = rule.most_levels or len(rule.levels) or len(path)
    if rule.levels:
        most = min(most, len(rule.levels))
    managers = []
    for manager in path[:most]:
        managers.append(manager)
        if manager in rule.stop_at:
            break
    return managers


def _override(component: Component, rule: Rollup, scene: Scene, entry: Entry, level: int) -> Row:
    rate = _rate(rule, entry, level)
    piece = Slice(kind="override", portion=entry.pays, rate=rate, amount=entry.pays * rate)
    return replace(row_base(component, scene, entry), role="indirect", slices=(piece,))


def _rate(rule: Rollup, entry: Entry, level: int) -> Fraction:
    if rule.levels:
        return rule.levels[level]
    found = None if rule.base_rate is None else rule.base_rate.find(entry.payee, entry.window)
    return ZERO if found is None else found


def _commission(rule: Rollup, scene: Scene, entry: Entry) -> Fraction:
    """What the seller's own rows of this fact earn, in one component or in all."""
    wanted = None if rule.basis in ALL_COMMISSION else rule.basis
    rows = (
        row
        for name, found in scene.rows.items()
        if wanted in (None, name)
        for row in found
        if row.fact == entry.fact.id and row.payee == entry.credit.payee
    )
    return sum((row.unrounded for row in rows), ZERO)
