"""What a component sees while it is computed: its version, the facts, the context, and earlier rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from .context import Context
from .crediting import Entry, entries
from .facts import Fact
from .model.component import Component
from .model.plan import PlanVersion
from .numbers import ONE, ZERO, exact
from .trace import Row
from .windows import window_names


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`facts` are those of this version; `earlier` those of older versions whose credits carry over."""

    version: PlanVersion
    facts: tuple[Fact, ...]
    context: Context
    earlier: tuple[Fact, ...] = ()
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    @cached_property
    def facts_by_id(self) -> Mapping[str, Fact]:
        return {fact.id: fact for fact in self.facts}

    def entries(self, component: Component) -> list[Entry]:
        return entries(component, self.facts, self.context)

    def quota(self, component: Component, payee: str, window: str) -> Fraction | None:
        """The quota of the context, which may change by person and date, else that of the plan."""
        names = (payee, *window_names(window))
        own = self.context.quotas.get(component.id)
        found = own.find(*names) if own is not None else None
        return component.quota.find(*names) if found is None else found

    def carried(self, component: Component, payee: str, window: str) -> Fraction:
        """Credits in this window that an older version has paid."""
        older = entries(component, self.earlier, self.context)
        counted = (e.counts for e in older if (e.payee, e.window) == (payee, window))
        return sum(counted, ZERO)

    def metric(self, payee: str, window: str, name: str) -> Any:
        """A measure given by the context, else one computed: "comm.attainment", "comm.payout"."""
        value = self.context.metric(payee, name)
        if isinstance(value, Mapping):
            return next((value[key] for key in window_names(window) if key in value), None)
        return self._computed(payee, window, name) if value is None else value

    def number(self, payee: str, window: str, name: str) -> Fraction | None:
        value = self.metric(payee, window, name)
        if isinstance(value, bool):
            return ONE if value else ZERO
        return None if value is None else exact(value)

    def _computed(self, payee: str, window: str, name: str) -> Any:
        component, dot, what = name.rpartition(".")
        if not dot or self.version.component(component) is None:
            return None
        own = [row for row in self.rows.get(component, ()) if row.payee == payee]
        rows = [row for row in own if row.window == window] or own
        if what == "payout":
            return sum((row.unrounded for row in rows), ZERO)
        if not rows:
            return ZERO
        last = rows[-1]
        return {"attainment": last.attainment, "credit": last.after}.get(what)


def row_base(component: Component, scene: Scene, entry: Entry) -> Row:
    """The part of a row that every kind fills the same way."""
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
    )
