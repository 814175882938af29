"""What a component sees while it is computed: its version, the facts, the context, and earlier rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from tonglu.kernel.text import N_

from .context import Context
from .crediting import Entry, entries, in_order
from .facts import Fact
from .faults import fault
from .model.component import Component
from .model.plan import PlanVersion
from .numbers import ONE, ZERO, exact
from .trace import Row
from .windows import window_names

PAYOUT = "payout"
"""The measure that is another component's pay."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`facts` are those of this version; `earlier` those of older versions whose credits carry over.

    `whole`: by component the facts of all versions, for what is paid by the window, and the windows that others pay.
    """

    version: PlanVersion
    facts: tuple[Fact, ...]
    context: Context
    earlier: tuple[Fact, ...] = ()
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    whole: Mapping[str, tuple[tuple[Fact, ...], frozenset[str]]] = field(default_factory=dict)
    _seen: dict[tuple[str, ...], Any] = field(default_factory=dict, init=False, compare=False)

    @cached_property
    def facts_by_id(self) -> Mapping[str, Fact]:
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def turns(self) -> Mapping[str, int]:
        """The place of each fact in the order of counting."""
        return {fact.id: place for place, fact in enumerate(in_order(self.facts))}

    @cached_property
    def until(self) -> dt.date | None:
        """The last day on which something was sold: what pays for no window of its own counts then."""
        return max((fact.date for fact in self.facts if fact.date is not None), default=None)

    def entries(self, component: Component) -> list[Entry]:
        return entries(component, self.facts, self.context)

    def quota(self, component: Component, payee: str, window: str) -> Fraction | None:
        """The quota of the context, which may change by person and date, else that of the plan."""
        names = (payee, *window_names(window))
        found = self.context.quotas.find(component.id, *names)
        found = component.quota.find(*names) if found is None else found
        if found is not None and found < ZERO:
            raise fault(
                "bad_quota",
                N_("Component %(id)s: the quota of %(payee)s is below zero."),
                id=component.id,
                payee=payee,
            )
        return found

    def carried(self, component: Component, payee: str, window: str) -> Fraction:
        """Credits in this window that an older version has paid."""
        return self._totals("carried", component, self.earlier).get((payee, window), ZERO)

    def carry(self, component: Component, sums: Mapping[tuple[str, str], Fraction]) -> None:
        """Tell what older versions counted by payee and window, where it is not the payee's own credits."""
        self._seen["carried", component.id] = sums

    def _totals(
        self, name: str, component: Component, facts: tuple[Fact, ...]
    ) -> Mapping[tuple[str, str], Fraction]:
        """Credits per payee and window, added up once for each component."""
        key = (name, component.id)
        if key not in self._seen:
            sums: dict[tuple[str, str], Fraction] = {}
            for entry in entries(component, facts, self.context):
                group = (entry.payee, entry.window)
                sums[group] = sums.get(group, ZERO) + entry.counts
            self._seen[key] = sums
        found: Mapping[tuple[str, str], Fraction] = self._seen[key]
        return found

    def field(self, fact: str, name: str) -> Any:
        """A field of a fact of this version."""
        found = self.facts_by_id.get(fact)
        return found.values.get(name) if found is not None else None

    def metric(self, payee: str, window: str, name: str, component: Component | None = None) -> Any:
        """A measure given by the context, else a computed one: "attainment", "comm.payout"."""
        value = self.context.metric(payee, name)
        if isinstance(value, Mapping):
            return next((value[key] for key in window_names(window) if key in value), None)
        if value is not None:
            return value
        key = (payee, window, name, component.id if component is not None else "")
        if key not in self._seen:
            own = component if name in ("attainment", "credits") else None
            self._seen[key] = (
                self._computed(payee, window, name, component)
                if own is None
                else self._own(own, payee, window, name)
            )
        return self._seen[key]

    def number(
        self, payee: str, window: str, name: str, component: Component | None = None
    ) -> Fraction | None:
        value = self.metric(payee, window, name, component)
        if isinstance(value, bool):
            return ONE if value else ZERO
        return None if value is None else exact(value)

    def _own(self, component: Component, payee: str, window: str, name: str) -> Fraction | None:
        """The component's own position at the end of the window, or its share of the quota."""
        total = self._totals("own", component, self.facts).get((payee, window), ZERO)
        total += component.starting_value.find(payee, window) or ZERO
        if self.earlier:
            total += self.carried(component, payee, window)
        if name == "credits":
            return total
        quota = self.quota(component, payee, window)
        return total / quota if quota else None

    def _computed(self, payee: str, window: str, name: str, reader: Component | None) -> Any:
        """What another component has reached or paid: in this window, or in all where it has windows of its own length."""
        component, dot, what = name.rpartition(".")
        found = self.version.component(component)
        if not dot or found is None:
            return None
        own = [row for row in self.rows.get(component, ()) if row.payee == payee]
        rows = [row for row in own if row.window == window]
        if reader is None or reader.window != found.window:
            rows = rows or own
        if what == PAYOUT:
            paid = sum((row.unrounded for row in rows), ZERO)
            return paid + (found.starting_pay.find(payee, window) or ZERO)
        if not rows:
            return self._at_start(found, payee, window, what)
        last = rows[-1]
        return {"attainment": last.attainment, "credit": last.after}.get(what)

    def _at_start(self, component: Component, payee: str, window: str, what: str) -> Fraction:
        """Where a component stands that no fact of this version has fed: at its starting value, and what older versions counted."""
        position = component.starting_value.find(payee, window) or ZERO
        if self.earlier:
            position += self.carried(component, payee, window)
        if what == "credit":
            return position
        quota = self.quota(component, payee, window)
        return position / quota if quota and what == "attainment" else ZERO


def row_base(component: Component, scene: Scene, entry: Entry, **more: Any) -> Row:
    """A row with what every kind fills the same way, and `more` of its own."""
    return Row(
        payee=entry.payee,
        component=component.id,
        kind=component.kind,
        fact=entry.fact.id,
        revision=entry.fact.revision,
        date=entry.fact.date,
        window=entry.window,
        measure=component.measure.name,
        role=entry.credit.role,
        pct=entry.credit.pct,
        factor=entry.credit.factor,
        credit=entry.pays,
        version=scene.version.id,
        clause=component.clause,
        reason=entry.credit.payee if entry.credit.payee != entry.payee else entry.credit.reason,
        **more,
    )
