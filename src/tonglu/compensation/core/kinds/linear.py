"""Fixed + rate x amount + rate x quantity, each beyond a free part, clamped; returns mirror sales.

What is returned in full leaves nothing, neither the fixed amount nor the least.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tonglu.compensation.core.crediting import Entry, by_payee_window, entries, quantity_of
from tonglu.compensation.core.facts import HUNDRED
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import Linear
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.scene import Scene, row_base
from tonglu.compensation.core.trace import Row, Slice


def linear_rows(component: Component, scene: Scene) -> list[Row]:
    rule = component.rule
    assert isinstance(rule, Linear)
    rows = []
    earlier = entries(component, scene.earlier, scene.context) if scene.earlier else []
    carried = by_payee_window(earlier)
    for key, group in by_payee_window(scene.entries(component)).items():
        amount = sum((entry.pays for entry in carried.get(key, ())), ZERO)
        quantity = sum((_units(entry) for entry in carried.get(key, ())), ZERO)
        paid = _worth(rule, amount, quantity) if key in carried else ZERO
        for entry in group:
            units = _units(entry)
            before, amount = amount, amount + entry.pays
            quantity += units
            all_back = (amount, quantity) == (ZERO, ZERO) and (before != 0 or units != 0)
            terms = [] if all_back else _pieces(rule, amount, quantity)
            row = replace(
                row_base(component, scene, entry),
                before=before,
                after=amount,
                slices=(*terms, *_paid(paid)),
            )
            if not all_back:
                row = _clamped(row, rule, paid, sign=-ONE if amount < 0 else ONE)
            paid += row.unrounded
            rows.append(row)
    return rows


def _units(entry: Entry) -> Fraction:
    units = (quantity_of(entry.fact) or ZERO) * entry.credit.factor
    return units * entry.credit.pct / HUNDRED


def _worth(rule: Linear, amount: Fraction, quantity: Fraction) -> Fraction:
    """What the terms pay for all that was sold under older versions, which is not paid again."""
    if (amount, quantity) == (ZERO, ZERO):
        return ZERO
    sign = -ONE if amount < 0 else ONE
    total = sum((piece.amount for piece in _pieces(rule, amount, quantity)), ZERO) * sign
    total = total if rule.least is None else max(total, rule.least)
    return sign * (total if rule.most is None else min(total, rule.most))


def _pieces(rule: Linear, amount: Fraction, quantity: Fraction) -> list[Slice]:
    """The terms for the magnitudes, with the sign of the amount put back."""
    sign = -1 if amount < 0 else 1
    money = _beyond(rule, abs(amount), rule.amount_free) * sign
    units = _beyond(rule, abs(quantity), rule.quantity_free) * sign
    found = [
        Slice(kind="fixed", portion=ONE * sign, rate=rule.fixed, amount=rule.fixed * sign),
        Slice(kind="flat", portion=money, rate=rule.rate, amount=money * rule.rate),
        Slice(
            kind="flat", portion=units, rate=rule.quantity_rate, amount=units * rule.quantity_rate
        ),
    ]
    return [piece for piece in found if piece.amount != 0]


def _beyond(rule: Linear, value: Fraction, free: Fraction) -> Fraction:
    beyond = value - free
    return max(beyond, ZERO) if rule.positive_only else beyond


def _paid(paid: Fraction) -> list[Slice]:
    return [Slice(kind="already", portion=-ONE, rate=paid, amount=-paid)] if paid else []


def _clamped(row: Row, rule: Linear, paid: Fraction, sign: Fraction) -> Row:
    total = (row.unrounded + paid) * sign
    floored = total if rule.least is None else max(total, rule.least)
    row = row.with_step("floor", (floored - total) * sign, limit=rule.least, scope="window")
    capped = floored if rule.most is None else min(floored, rule.most)
    return row.with_step("cap", (capped - floored) * sign, limit=rule.most, scope="window")
