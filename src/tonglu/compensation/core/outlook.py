"""Where a payee stands in a component: the price of the next unit, and how far the next step is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .context import Context
from .curves.build import curve_of
from .curves.slab import value_of
from .curves.terms import Curve, Terms, scaled_tiers
from .gates import closed_to_base
from .kinds.rate import terms_of
from .model.component import Component
from .model.plan import PlanVersion
from .model.rules import Rate, Rollup
from .model.table import Table
from .numbers import ONE, ZERO
from .scene import Scene
from .trace import Row


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """`catch_up` is what crossing the next edge adds for everything counted before it."""

    component: str
    window: str
    position: Fraction
    rate: Fraction
    quota: Fraction | None = None
    next_edge: Fraction | None = None
    next_rate: Fraction | None = None
    catch_up: Fraction = ZERO

    @property
    def distance(self) -> Fraction | None:
        return None if self.next_edge is None else self.next_edge - self.position

    @property
    def attainment(self) -> Fraction | None:
        return self.position / self.quota if self.quota else None


def outlooks(
    version: PlanVersion, payee: str, trace: Sequence[Row], context: Context | None = None
) -> tuple[Outlook, ...]:
    """One outlook per rate component in which the payee has a position, in its latest window."""
    scene = Scene(version=version, facts=(), context=context or Context())
    found = []
    for component in version.components:
        if isinstance(component.rule, Rate):
            rows = [r for r in trace if (r.payee, r.component) == (payee, component.id)]
            if rows:
                found.append(outlook(component, scene, payee, rows[-1].window, rows[-1].after))
    return tuple(found)


def outlook(
    component: Component, scene: Scene, payee: str, window: str, position: Fraction
) -> Outlook:
    rule = component.rule
    assert isinstance(rule, (Rate, Rollup))
    terms = terms_of(component, scene, payee, window)
    curve = curve_of(rule, terms, closed_to_base(component, scene, payee, window))
    edge = _next_edge(rule.table, terms, position)
    rate, _ = _price(curve, position)
    next_rate, catch_up = (None, ZERO) if edge is None else _crossing(curve, position, edge)
    return Outlook(
        component=component.id,
        window=window,
        position=position,
        rate=rate,
        quota=terms.quota,
        next_edge=edge,
        next_rate=next_rate,
        catch_up=catch_up,
    )


def _price(curve: Curve, position: Fraction) -> tuple[Fraction, Fraction]:
    """What one more unit earns by itself, and what it adds for the past."""
    step = curve(position, position + ONE)
    late = value_of([piece for piece in step if piece.kind == "catch_up"])
    return value_of(step) - late, late


def _crossing(curve: Curve, position: Fraction, edge: Fraction) -> tuple[Fraction, Fraction]:
    """The price just beyond the edge, and the catch-up of having crossed it from here."""
    rate, _ = _price(curve, edge)
    pieces = curve(position, edge + ONE)
    return rate, value_of([piece for piece in pieces if piece.kind == "catch_up"])


def _next_edge(table: Table | None, terms: Terms, position: Fraction) -> Fraction | None:
    if table is None:
        return None
    if table.mode == "interp_points":
        scale = terms.quota or ONE
        edges = [x * scale for x, _ in table.points]
    elif table.mode == "proportional_ti":
        edges = [(table.floor or ZERO) * terms.need_quota()]
    elif table.mode == "overage_at_top" and table.axis is None:
        edges = [tier.lo * terms.need_quota() for tier in table.tiers]
    else:
        edges = [tier.lo for tier in scaled_tiers(table, terms)]
    return min((edge for edge in edges if edge > position), default=None)
