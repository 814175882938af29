"""A rate or rate table on a payee's own credits, moved through the window row by row."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tonglu.compensation.core.crediting import Entry, by_payee_window
from tonglu.compensation.core.curves.build import base_rate, curve_of, flat
from tonglu.compensation.core.curves.terms import Curve, Terms
from tonglu.compensation.core.gates import closed_to_base
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import Rate, Rollup
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.scene import Scene, row_base
from tonglu.compensation.core.trace import Row, Slice


def rate_rows(component: Component, scene: Scene) -> list[Row]:
    return rows_of(component, scene, scene.entries(component))


def rows_of(component: Component, scene: Scene, found: Sequence[Entry]) -> list[Row]:
    """Rows of any entries under the component's curve, window by window."""
    groups = by_payee_window(found)
    return [
        row for key, group in groups.items() for row in _window_rows(component, scene, key, group)
    ]


def _window_rows(
    component: Component, scene: Scene, key: tuple[str, str], group: Sequence[Entry]
) -> list[Row]:
    payee, window = key
    terms = terms_of(component, scene, payee, window)
    rule = component.rule
    assert isinstance(rule, (Rate, Rollup))
    base_only = closed_to_base(component, scene, payee, window)
    curve = curve_of(rule, terms, base_only)
    marginal = _marginal(curve, base_rate(rule, terms))
    position = (component.starting_value.find(payee, window) or ZERO) + terms.offset
    rows = []
    for entry in group:
        after = position + entry.counts
        slices = tuple(_paid_on(entry, curve, marginal, position))
        moved = {"before": position, "after": after, "quota": terms.quota, "slices": slices}
        rows.append(row_base(component, scene, entry, **moved))
        position = after
    return rows


def terms_of(component: Component, scene: Scene, payee: str, window: str) -> Terms:
    rule = component.rule
    assert isinstance(rule, (Rate, Rollup))
    base = None if rule.base_rate is None else rule.base_rate.find(payee, window)
    return Terms(
        component=component.id,
        quota=scene.quota(component, payee, window),
        target=component.target_incentive.find(payee, window),
        base=ONE if base is None else base,
        has_base=base is not None,
        offset=scene.carried(component, payee, window) if scene.earlier else ZERO,
        look=lambda name: scene.number(payee, window, name),
    )


def _paid_on(entry: Entry, curve: Curve, marginal: Curve, position: Fraction) -> list[Slice]:
    """Pieces for the pay credit; where it differs from the quota credit, at the same average rate."""
    if entry.pays == entry.counts:
        return curve(position, position + entry.counts)
    if entry.counts == 0:
        return marginal(position, position + entry.pays)
    share = entry.pays / entry.counts
    return [piece.times(share) for piece in curve(position, position + entry.counts)]


def _marginal(curve: Curve, fallback: Fraction) -> Curve:
    """The price of one more unit at a position, for credit that pays but does not count."""

    def pieces(before: Fraction, after: Fraction) -> list[Slice]:
        step = curve(before, before + ONE)
        price = sum((piece.amount for piece in step if piece.kind != "catch_up"), ZERO)
        return flat(price if step else fallback)(before, after)

    return pieces
