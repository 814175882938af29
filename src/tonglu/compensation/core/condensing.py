"""A plan version that begins where its payees stand, so that a deal is priced without walking through what is booked already.

Right for plans in which a row depends on positions alone: rates, rate tables, amounts per event and managers' overrides, with gates and
multipliers on attainment, and with a cap or floor over more than one sale, which begins where earlier pay stands. Positions and pay come
from the stored traces, so they are those that were paid; all else is left to the whole book.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from .limits import span_key
from .model.amounts import Amounts
from .model.component import Component
from .model.modifiers import Limit
from .model.plan import PlanVersion
from .model.rules import PerEvent, Rate, Rollup
from .numbers import ZERO
from .rounding import Rounding
from .trace import Row

ADJUSTMENT = "adjustment"
"""Rows of corrections: whole cents beside what the plan pays, so they move no position and no fraction of a cent."""


@dataclass(kw_only=True)
class Stand:
    """Credits by component and window, the exact pay of each component, and what it was before its limits, added up from traces."""

    counted: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    paid: dict[str, Fraction] = field(default_factory=dict)
    uncut: dict[str, dict[tuple[str, str], Fraction]] = field(default_factory=dict)

    def take(self, row: Mapping[str, Any]) -> None:
        """Add one stored row."""
        if row.get("kind") == ADJUSTMENT:
            return
        component, window = row["component"], row.get("window", "all")
        self.count(component, window, _number(row, "after") - _number(row, "before"))
        paid = _number(row, "amount") - _number(row, "rounding")
        self.pay(component, paid)
        cut = sum((_number(step, "delta") for step in row.get("steps", ()) if _is_cut(step)), ZERO)
        self.leave(component, window, str(row.get("date") or "")[:7], paid - cut)

    def count(self, component: str, window: str, credits: Fraction) -> None:
        """Credits that moved a position."""
        windows = self.counted.setdefault(component, {})
        windows[window] = windows.get(window, ZERO) + credits

    def leave(self, component: str, window: str, month: str, uncut: Fraction) -> None:
        """What a component paid in a window and month before the limits over several sales."""
        spans = self.uncut.setdefault(component, {})
        spans[window, month] = spans.get((window, month), ZERO) + uncut

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
    """Whether positions and pay are all that a new row needs to know of the past."""
    return not (version.caps or version.floors) and all(
        _depends_on_position(c, version) for c in version.components
    )


def has_limits(version: PlanVersion) -> bool:
    """Whether what was paid before the limits has to be known."""
    return any(_over_sales(one) for c in version.components for one in (*c.caps, *c.floors))


def condensed(version: PlanVersion, stands: Stands) -> PlanVersion:
    """The version with the payees' positions as its starting values."""
    components = tuple(
        replace(
            one,
            starting_value=_starts(one, stands),
            caps=tuple(_begun(limit, one, stands) for limit in one.caps),
            floors=tuple(_begun(limit, one, stands) for limit in one.floors),
        )
        for one in version.components
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


def _depends_on_position(component: Component, version: PlanVersion) -> bool:
    rule = component.rule
    looked = [gate.metric for gate in component.gates]
    looked += [one.metric or "" for one in component.multipliers]
    looked = [name for name in looked if name]
    return (
        isinstance(rule, (Rate, Rollup, PerEvent))
        and (rule.table is None or rule.table.mode != "matrix")
        and all(_is_position(name, component, version) for name in looked)
        and _limits_follow(component, fixed=not looked)
    )


def _is_position(name: str, component: Component, version: PlanVersion) -> bool:
    """Whether a measure is a position in the same windows: the component's own, or another's."""
    if name in ("attainment", "credits"):
        return isinstance(component.rule, Rate)
    other, _, what = name.rpartition(".")
    found = version.component(other)
    return (
        found is not None
        and what in ("attainment", "credit")
        and isinstance(found.rule, Rate)
        and found.window == component.window
    )


def _limits_follow(component: Component, *, fixed: bool) -> bool:
    """Limits of one sale, then at most one over several, whose rows are priced once and for all."""
    limits = (*component.caps, *component.floors)
    far = [one for one in limits if _over_sales(one)]
    if any(one.refundable for one in limits) or len(far) > 1:
        return False
    return not far or (fixed and limits[-1] is far[0] and component.order[-1] == "cap")


def _over_sales(limit: Limit) -> bool:
    return limit.scope != "transaction"


def _is_cut(step: Mapping[str, Any]) -> bool:
    """Whether a stored step is that of a limit over several sales."""
    return step["code"] in ("cap", "floor") and step.get("params", {}).get("scope") != "transaction"


def _begun(limit: Limit, component: Component, stands: Stands) -> Limit:
    """The limit with what every payee was paid before it, by the spans in which it counts."""
    if not _over_sales(limit):
        return limit
    starts = []
    for payee, stand in stands.items():
        spans: dict[str, Fraction] = {}
        for (window, month), paid in stand.uncut.get(component.id, {}).items():
            key = span_key(limit.scope, window, day_of(month))
            spans[key] = spans.get(key, ZERO) + paid
        if spans:
            own = tuple((key, Amounts(default=paid)) for key, paid in spans.items() if key)
            starts.append((payee, Amounts(default=spans.get(""), by_name=own)))
    return replace(limit, start=Amounts(by_name=tuple(starts)))


def day_of(month: str) -> dt.date | None:
    """The first day of a month told as 2026-03."""
    return dt.date.fromisoformat(f"{month}-01") if month else None


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
