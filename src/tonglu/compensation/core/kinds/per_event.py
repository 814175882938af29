"""A fixed amount for each qualifying fact; a negative fact takes one back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tonglu.compensation.core.crediting import Entry, by_payee_window, counted, entries
from tonglu.compensation.core.facts import HUNDRED
from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.measure import MONEY, Measure
from tonglu.compensation.core.model.rules import PerEvent, Rate
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.scene import Scene, row_base
from tonglu.compensation.core.trace import Row, Slice
from tonglu.kernel.text import N_

from .rate import rows_of


def per_event_rows(component: Component, scene: Scene) -> list[Row]:
    rule = component.rule
    assert isinstance(rule, PerEvent)
    found = list(_counted(component, rule, scene))
    if rule.table is not None:
        counting = replace(component, rule=Rate(table=rule.table), measure=Measure(name="count"))
        return [replace(row, kind="per_event") for row in rows_of(counting, scene, found)]
    positions = _carried(component, rule, scene)
    rows = []
    for entry in found:
        key = (entry.payee, entry.window)
        before = positions.get(key)
        if before is None:
            before = _start(component, *key)
        positions[key] = before + entry.counts
        rows.append(_event_row(component, rule, scene, entry, before))
    return rows


def _event_row(
    component: Component, rule: PerEvent, scene: Scene, entry: Entry, before: Fraction
) -> Row:
    amount = rule.amount.find(entry.payee, entry.window)
    if amount is None:
        raise fault("no_event_pay", N_("Component %(id)s pays nothing per event."), id=component.id)
    piece = Slice(kind="event", portion=entry.pays, rate=amount, amount=entry.pays * amount)
    return replace(
        row_base(component, scene, entry),
        measure="count",
        before=before,
        after=before + entry.counts,
        slices=(piece,),
    )


def _counted(component: Component, rule: PerEvent, scene: Scene) -> Iterator[Entry]:
    """Entries that count one each; paid are no more in a window than the most the rule names."""
    carried = _carried(component, rule, scene)
    for key, group in by_payee_window(scene.entries(component)).items():
        position = carried[key] if key in carried else _start(component, *key)
        for entry in group:
            count = _count(entry, component.measure, rule)
            paid = _within(rule, position + count) - _within(rule, position)
            position += count
            yield replace(entry, pays=paid, counts=count if rule.table is None else paid)


def _carried(component: Component, rule: PerEvent, scene: Scene) -> dict[tuple[str, str], Fraction]:
    """Where payees stand by what happened in their windows under older versions."""
    found = entries(component, scene.earlier, scene.context) if scene.earlier else []
    return {
        key: _start(component, *key)
        + sum((_count(entry, component.measure, rule) for entry in group), ZERO)
        for key, group in by_payee_window(found).items()
    }


def _start(component: Component, payee: str, window: str) -> Fraction:
    """The events that were counted before."""
    return component.starting_value.find(payee, window) or ZERO


def _count(entry: Entry, measure: Measure, rule: PerEvent) -> Fraction:
    """One for each fact, or as many as a measure of quantity counts."""
    count = _quantity(entry, measure)
    return count * entry.credit.pct / HUNDRED if rule.by_credit else count


def _within(rule: PerEvent, position: Fraction) -> Fraction:
    """The events that are paid of those that happened: what comes back was first of all one too many."""
    return position if rule.most is None else min(position, Fraction(rule.most))


def _quantity(entry: Entry, measure: Measure) -> Fraction:
    if measure.name not in MONEY and measure.name != "count":
        return counted(measure.name, entry.fact)
    amount = entry.fact.number("amount")
    return -ONE if amount is not None and amount < 0 else ONE
