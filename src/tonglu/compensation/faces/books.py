"""A payee's book under one plan version: what is booked already, ready to be asked what a deal would add.

Where a row depends on the position alone, the book is condensed to that position, and a book of ten years answers as fast as an empty
one. Otherwise the facts of the window are walked through; what lies before them matters to telescoped rounding alone, by its fraction
of a cent. Both ways pay the same to the cent as the whole book would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from tonglu.compensation.carrying import carried_into
from tonglu.compensation.core.carrying import NOTHING, Carried
from tonglu.compensation.core.condensing import (
    Stand,
    condensed,
    continued,
    has_limits,
    limits_begun,
    may_condense,
)
from tonglu.compensation.core.context import Context
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.plan import Plan, PlanVersion
from tonglu.compensation.core.model.rules import Rate
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.outlook import Outlook, outlook
from tonglu.compensation.core.result import Result
from tonglu.compensation.core.scene import Scene
from tonglu.compensation.core.shared import of_oneself, plan_with
from tonglu.compensation.core.spans import span_of
from tonglu.compensation.core.trace import Row
from tonglu.compensation.core.windows import window_key
from tonglu.compensation.neutral import (
    context_of,
    facts_recorded,
    money_of,
    payee_of,
    version_read,
)
from tonglu.compensation.selectors import quotas_of
from tonglu.compensation.stands import facts_before, stands_of

from .steps import Step, step_of


@dataclass(frozen=True, kw_only=True)
class Added:
    """What deals add to a payee's book; `rows` are the deals' own rows of the trace."""

    adds: Decimal
    own: Decimal
    catch_up: Decimal
    rows: tuple[Row, ...]
    steps: tuple[Step, ...]

    @property
    def other(self) -> Decimal:
        """What moves elsewhere because of the deals: caps and ranks of other rows."""
        return self.adds - self.own - self.catch_up


@dataclass(frozen=True)
class Book:
    """What is booked of one payee under one version, as far as it matters on a day.

    `outside` is where what is not in `facts` stands, `carried` what older versions counted, `short` a condensed book.
    """

    plan: Plan
    version: PlanVersion
    payee: str
    day: date
    facts: tuple[Fact, ...]
    around: Context
    outside: Stand
    carried: Carried = NOTHING
    short: bool = False

    @cached_property
    def before(self) -> Result:
        """The book without the deal."""
        return evaluate(self.plan, self.facts, self.around, before=self.carried.facts)

    def on(self, day: date) -> Book | None:
        """The same book for a later day; None when it would need other facts."""
        may = self.short and self.day <= day and not self.carried.facts
        return replace(self, day=day) if may else None

    def add(self, deals: Sequence[Fact], language: str) -> Added:
        """What the deals pay on top of what is booked."""
        last = [replace(deal, turn=len(self.facts)) for deal in deals]
        after = evaluate(self.plan, (*self.facts, *last), self.around, before=self.carried.facts)
        ids = {deal.id for deal in deals}
        rows = tuple(row for row in self._rows(after) if row.fact in ids)
        late = sum((s.amount for row in rows for s in row.slices if s.kind == "catch_up"), ZERO)
        late_money = money_of(self.version.rounding.money(late))
        return Added(
            adds=money_of(self._paid(after) - self._paid(self.before)),
            own=sum((money_of(row.amount) for row in rows), Decimal(0)) - late_money,
            catch_up=late_money,
            rows=rows,
            steps=self.steps(after, language),
        )

    def steps(self, result: Result, language: str) -> tuple[Step, ...]:
        """Where the payee stands in each rate component in the windows of the book's day."""
        return tuple(
            self._step(component, result, language)
            for component in self.version.components
            if isinstance(component.rule, Rate)
        )

    def _step(self, component: Component, result: Result, language: str) -> Step:
        window = window_key(component.window, Fact(id="deal", date=self.day))
        before = self._position(component, window, self.before)
        position = self._position(component, window, result)
        return step_of(self._outlook(component, window, position), component, language, before)

    def _outlook(self, component: Component, window: str, position: Fraction) -> Outlook:
        return outlook(component, self._scene, self.payee, window, position)

    def _position(self, component: Component, window: str, result: Result) -> Fraction:
        rows = result.rows(payee=self.payee, component=component.id)
        inside = [row for row in rows if row.window == window]
        if inside:
            return inside[-1].after
        start = component.starting_value.find(self.payee, window) or ZERO
        return start + self._scene.carried(component, self.payee, window)

    @cached_property
    def _scene(self) -> Scene:
        """What stands before any fact of the version itself."""
        return Scene(
            version=self.version, facts=(), context=self.around, earlier=self.carried.facts
        )

    def _rows(self, result: Result) -> list[Row]:
        """The payee's rows with money rounded as the whole book would round it."""
        own = result.rows(payee=self.payee)
        stands = {self.payee: self.outside}
        return continued(own, stands, self.version.rounding, self.carried.paid)

    def _paid(self, result: Result) -> Fraction:
        return sum((row.amount for row in self._rows(result)), ZERO)


def book_of(row: Any, person_id: int, day: date, until: date | None = None) -> Book:
    """A payee's book under a stored plan version, for deals of that day, or of the days until another."""
    plan, version = version_read(row.definition)
    version = of_oneself(version)
    plan = plan_with(plan, version)
    around = context_of(version, quotas_of(row, {person_id}))
    carried = carried_into(row, [person_id], [person_id], (day, until or day))
    common: dict[str, Any] = {"payee": payee_of(person_id), "day": day, "around": around}
    common["carried"] = carried
    short = may_condense(version)
    limits = has_limits(version)
    stands = stands_of(row.pk, [person_id], limits=limits) if short or limits else {}
    if short:
        version = carried.into(condensed(version, stands))
        plan = replace(plan, versions=(version,))
        outside = stands.get(common["payee"], Stand())
        return Book(plan=plan, version=version, facts=(), outside=outside, short=True, **common)
    version = carried.into(limits_begun(version, stands, {one.id for one in version.components}))
    plan = plan_with(plan, version)
    span = _span(version, day, until or day)
    found = facts_before([row.pk], [person_id], span)
    before = {} if span is None else stands_of(row.pk, [person_id], span)
    return Book(
        plan=plan,
        version=version,
        facts=tuple(facts_recorded(found)),
        outside=before.get(common["payee"], Stand()),
        **common,
    )


def _span(version: PlanVersion, day: date, until: date) -> tuple[date, date] | None:
    first, last = span_of(version, day), span_of(version, until)
    return None if first is None or last is None else (first[0], last[1])
