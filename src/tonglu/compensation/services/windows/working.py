"""The engine asked for one window: what each payee is to have of it, as rows of the trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import EVERYBODY, Mbo, Pool
from tonglu.compensation.core.numbers import ONE, number_text
from tonglu.compensation.core.shared import alone, metrics_in, plan_with
from tonglu.compensation.core.trace import Row, Slice
from tonglu.compensation.neutral import (
    context_of,
    fact_read,
    money_of,
    version_named,
)
from tonglu.compensation.receiving import RECEIVED
from tonglu.compensation.selectors import quotas_of
from tonglu.compensation.told import PER_PRODUCT

from .chains import Chain
from .counting import Count, Counted, team_share
from .people import in_person, members_in

ZERO = Decimal(0)
SCALED = ("amount", "cost", "units", RECEIVED, *PER_PRODUCT)
Shares = Mapping[str, tuple[Row, ...]]


def worked_out(chain: Chain, count: Count, then: datetime | None = None) -> Shares:
    """The rows of every payee of a window; quotas are those that were told at a moment, or as they are."""
    plan, version = version_named(chain.version.definition, chain.version.number)
    span = chain.span
    people = in_person(chain.version, version, span.first, span.last)
    component = next(one for one in people if one.id == chain.component.id)
    component = payable(_ready(component, count), count.metrics)
    version = alone(replace(version, components=people), component)
    quotas = quotas_of(chain.version, members_in(chain.version, span.first, span.last), then)
    around = replace(context_of(version, quotas), metrics=count.metrics)
    facts = [_fact(one, component) for one in count.facts if one.kept]
    result = evaluate(plan_with(plan, version), facts, around)
    found: dict[str, tuple[Row, ...]] = {}
    for row in result.trace:
        if row.component == component.id:
            dated = replace(row, window=span.key, date=span.last)
            found[row.payee] = (*found.get(row.payee, ()), dated)
    return found


def money_in(rows: Iterable[Row]) -> Decimal:
    """What rows pay, to the cent."""
    return sum((money_of(row.amount) for row in rows), ZERO)


def less(rows: tuple[Row, ...], stood: Decimal, chain: Chain, payee: str) -> tuple[Row, ...]:
    """The rows of a payee with what was booked before taken off, so that they add up to the difference."""
    rows = rows or (nothing(chain, payee),)
    if not stood:
        return rows
    amount = Fraction(stood)
    piece = Slice(kind="already", portion=-ONE, rate=amount, amount=-amount)
    last = rows[-1]
    return (*rows[:-1], replace(last, slices=(*last.slices, piece), amount=last.amount - amount))


def goals_missing(chain: Chain, metrics: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """The payees, and the goals of theirs, that nobody has set for the window."""
    _, version = version_named(chain.version.definition, chain.version.number)
    people = in_person(chain.version, version, chain.span.first, chain.span.last)
    component = next(one for one in people if one.id == chain.component.id)
    return [
        (payee, name)
        for payee, names in _looked_up(component)
        for name in names
        if name not in metrics.get(payee, {}) and name not in metrics.get(EVERYBODY, {})
    ]


def _ready(component: Component, count: Count) -> Component:
    """A pool that is a share of pay has what was booked as its fund; a window of one deal is a month."""
    rule = component.rule
    if isinstance(rule, Pool) and count.fund is not None:
        fund = Fraction(count.fund) * (ONE if rule.rate is None else rule.rate)
        component = replace(component, rule=replace(rule, of=None, rate=None, amount=fund))
    if component.window == "transaction":
        component = replace(component, window="month")
    return component


def payable(component: Component, metrics: Mapping[str, Mapping[str, str]]) -> Component:
    """Goals that nobody has set wait: their payee is left out until somebody does."""
    rule = component.rule
    if not isinstance(rule, Mbo):
        return component
    known = {
        payee
        for payee, names in _looked_up(component)
        if all(n in metrics.get(payee, {}) or n in metrics.get(EVERYBODY, {}) for n in names)
    }
    goals = tuple((who, own) for who, own in rule.objectives if who == EVERYBODY or who in known)
    payees = tuple(one for one in component.payees if one in known)
    return replace(component, payees=payees, rule=replace(rule, objectives=goals))


def _looked_up(component: Component) -> list[tuple[str, set[str]]]:
    """Payees and the measures that their goals, or a pool's achievement, look up."""
    rule = component.rule
    if not isinstance(rule, Mbo):
        return [(EVERYBODY, metrics_in(component))]
    found = []
    for who, goals in rule.objectives:
        names = {goal.score for goal in goals if isinstance(goal.score, str)}
        found += [(one, names) for one in (component.payees if who == EVERYBODY else (who,))]
    return found


def _fact(one: Counted, component: Component) -> Fact:
    """A fact as far as it counts: what the customer kept, and for a share of sales what is credited to the plan's people."""
    by = one.kept * (team_share(one, component) if isinstance(component.rule, Pool) else ONE)
    neutral: dict[str, Any] = dict(one.fact.neutral)
    if by != ONE:
        for name in [one for one in neutral if one.partition(".")[0] in SCALED]:
            neutral[name] = number_text(Fraction(str(neutral[name])) * by)
    return fact_read(neutral)


def nothing(chain: Chain, payee: str) -> Row:
    """A row of a window that pays nothing yet."""
    return Row(
        payee=payee,
        component=chain.component.id,
        kind=chain.component.kind,
        window=chain.span.key,
        date=chain.span.last,
        version=f"v{chain.version.number}",
        clause=chain.component.clause,
    )
