"""A plan version that begins where its payees stand, so that a deal is priced without walking through what is booked already.

Right for plans in which a row depends on the position alone: rates, rate tables and managers' overrides, without gates on other
measures and without limits over more than one sale. Positions come from the stored traces, so they are those that were paid; all else
is left to the whole book.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from .model.amounts import Amounts
from .model.component import Component
from .model.plan import PlanVersion
from .model.rules import Rate, Rollup
from .numbers import ZERO
from .rounding import Rounding
from .trace import Row

ADJUSTMENT = "adjustment"
"""Rows of corrections: whole cents beside what the plan pays, so they move no position and no fraction of a cent."""


@dataclass(kw_only=True)
class Stand:
    """Credits by component and window, and the exact pay of each component, added up from traces."""

    counted: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    paid: dict[str, Fraction] = field(default_factory=dict)

    def take(self, row: Mapping[str, Any]) -> None:
        """Add one stored row."""
        if row.get("kind") == ADJUSTMENT:
            return
        component, window = row["component"], row.get("window", "all")
        self.count(component, window, _number(row, "after") - _number(row, "before"))
        self.pay(component, _number(row, "amount") - _number(row, "rounding"))

    def count(self, component: str, window: str, credits: Fraction) -> None:
        """Credits that moved a position."""
        windows = self.counted.setdefault(component, {})
        windows[window] = windows.get(window, ZERO) + credits

    def pay(self, component: str, exact: Fraction) -> None:
        """What a component paid before it was rounded."""
        self.paid[component] = self.paid.get(component, ZERO) + exact


Stands = Mapping[str, Stand]
"""By payee; who is not there stands at the beginning."""


def stand_of(rows: Iterable[Mapping[str, Any]]) -> Stand:
    """Where stored rows have brought their payee."""
    stand = Stand()
    for row in rows:
        stand.take(row)
    return stand


def may_condense(version: PlanVersion) -> bool:
    """Whether the position is all that a new row needs to know of the past."""
    return not (version.caps or version.floors) and all(
        _depends_on_position(c) for c in version.components
    )


def condensed(version: PlanVersion, stands: Stands) -> PlanVersion:
    """The version with the payees' positions as its starting values."""
    components = tuple(
        replace(one, starting_value=_starts(one, stands)) for one in version.components
    )
    return replace(version, components=components)


def continued(rows: Iterable[Row], stands: Stands, rounding: Rounding) -> list[Row]:
    """Rows rounded as what follows on what was paid: where sums are rounded, what a payee was paid adds up to the rounded sum."""
    if rounding.stage != "telescoping":
        return list(rows)
    sums = {
        (payee, component): paid
        for payee, stand in stands.items()
        for component, paid in stand.paid.items()
    }
    done = []
    for row in rows:
        key = (row.payee, row.component)
        before = sums.get(key, ZERO)
        sums[key] = before + row.unrounded
        amount = rounding.money(sums[key]) - rounding.money(before)
        done.append(row.rounded_to(amount, row.unrounded))
    return done


def _number(row: Mapping[str, Any], name: str) -> Fraction:
    """A stored number, zero where none was stored; whole ones, which most are, without the parser."""
    text = str(row.get(name, "0"))
    return Fraction(int(text)) if text.isdecimal() else Fraction(text)


def _depends_on_position(component: Component) -> bool:
    rule = component.rule
    limits = (*component.caps, *component.floors)
    return (
        isinstance(rule, (Rate, Rollup))
        and (rule.table is None or rule.table.mode != "matrix")
        and all(one.scope == "transaction" and not one.refundable for one in limits)
        and not any(gate.metric for gate in component.gates)
        and not any(one.metric for one in component.multipliers)
    )


def _starts(component: Component, stands: Stands) -> Amounts:
    given = component.starting_value
    own = tuple(
        (payee, _start(given, payee, stand.counted.get(component.id, {})))
        for payee, stand in stands.items()
    )
    return Amounts(default=given.default, by_name=(*own, *given.by_name))


def _start(given: Amounts, payee: str, counted: Mapping[str, Fraction]) -> Amounts:
    """A payee's own start: where the windows stand that have counted something, and what was given for all others."""
    own = next((amounts for name, amounts in given.by_name if name == payee), given)
    windows = tuple(
        (window, Amounts(default=(given.find(payee, window) or ZERO) + moved))
        for window, moved in counted.items()
    )
    return Amounts(default=own.default, by_name=(*windows, *own.by_name))
