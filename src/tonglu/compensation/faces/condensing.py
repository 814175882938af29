"""A plan version that begins where the payee stands, so that a deal is priced without walking through what is booked already.

Right for plans in which a row depends on the position alone: rates and rate tables, without caps, gates on other measures or shares
of others. Positions come from the stored traces, so they are those that were paid; all else is left to the whole book.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.model.amounts import Amounts
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.plan import PlanVersion
from tonglu.compensation.core.model.rules import Rate
from tonglu.compensation.core.numbers import ZERO


@dataclass(kw_only=True)
class Stand:
    """Credits by component and window, and the exact pay of each component, added up from traces."""

    counted: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    paid: dict[str, Fraction] = field(default_factory=dict)

    def take(self, row: Mapping[str, Any]) -> None:
        """Add one stored row."""
        component, window = row["component"], row.get("window", "all")
        windows = self.counted.setdefault(component, {})
        moved = _number(row, "after") - _number(row, "before")
        windows[window] = windows.get(window, ZERO) + moved
        exact = _number(row, "amount") - _number(row, "rounding")
        self.paid[component] = self.paid.get(component, ZERO) + exact


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


def condensed(version: PlanVersion, payee: str, stand: Stand) -> PlanVersion:
    """The version with the payee's position as its starting value."""
    components = tuple(
        replace(one, starting_value=_start(one, payee, stand.counted.get(one.id, {})))
        for one in version.components
    )
    return replace(version, components=components)


def _number(row: Mapping[str, Any], name: str) -> Fraction:
    """A stored number, zero where none was stored; whole ones, which most are, without the parser."""
    text = str(row.get(name, "0"))
    return Fraction(int(text)) if text.isdecimal() else Fraction(text)


def _depends_on_position(component: Component) -> bool:
    rule = component.rule
    return (
        isinstance(rule, Rate)
        and (rule.table is None or rule.table.mode != "matrix")
        and not (component.caps or component.floors)
        and not any(gate.metric for gate in component.gates)
        and not any(one.metric for one in component.multipliers)
    )


def _start(component: Component, payee: str, counted: Mapping[str, Fraction]) -> Amounts:
    given = component.starting_value
    windows = tuple(
        (window, Amounts(default=(given.find(payee, window) or ZERO) + moved))
        for window, moved in counted.items()
    )
    own = Amounts(default=given.find(payee), by_name=windows)
    return Amounts(default=given.default, by_name=((payee, own),))
