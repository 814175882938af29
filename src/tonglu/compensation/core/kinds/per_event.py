"""A fixed amount for each qualifying fact; a negative fact takes one back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tonglu.compensation.core.crediting import Entry, by_payee_window
from tonglu.compensation.core.facts import HUNDRED
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import PerEvent
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.scene import Scene, row_base
from tonglu.compensation.core.trace import Row, Slice


def per_event_rows(component: Component, scene: Scene) -> list[Row]:
    rule = component.rule
    assert isinstance(rule, PerEvent)
    rows = []
    for group in by_payee_window(scene.entries(component)).values():
        position = ZERO
        for entry in group:
            count = _count(entry, rule, position)
            row = row_base(component, scene, entry)
            amount = rule.amount.find(entry.payee, entry.window) or ZERO
            piece = Slice(kind="event", portion=count, rate=amount, amount=count * amount)
            rows.append(
                replace(
                    row,
                    measure="count",
                    credit=count,
                    before=position,
                    after=position + count,
                    slices=(piece,),
                )
            )
            position += count
    return rows


def _count(entry: Entry, rule: PerEvent, position: Fraction) -> Fraction:
    amount = entry.fact.number("amount")
    count = -ONE if amount is not None and amount < 0 else ONE
    if rule.by_credit:
        count = count * entry.credit.pct / HUNDRED
    if rule.most is None:
        return count
    return min(count, max(Fraction(rule.most) - position, ZERO))
