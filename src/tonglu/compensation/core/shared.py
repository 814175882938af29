"""Pay that rests on a window and on everybody's sales: team pools, contests and goals; which windows they have, and what a contract pays without them.

Pay of one fact is worked out when the fact is recorded. Pay of a window is worked out when the window ends: `ending` says which one ends
with a month. A window without an end (`all`) is worked out to date, month by month; a contest cannot be: nobody has won it yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .model.amounts import Amounts
from .model.component import Component
from .model.plan import Plan, PlanVersion
from .model.rules import EVERYBODY, Mbo, Pool, Rank
from .order import reads
from .windows import calendar_key

MONTHS: Mapping[str, int] = {"transaction": 1, "month": 1, "quarter": 3, "half": 6, "year": 12}
TO_DATE = "all"
SHARED = (Pool, Rank, Mbo)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A window by its name and its days, both included."""

    key: str
    first: dt.date
    last: dt.date

    def holds(self, day: dt.date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.first <= day <= self.last


def is_shared(component: Component) -> bool:
    """Whether a component pays for a window and not for a fact."""
    return isinstance(component.rule, SHARED)


def follows_sales(component: Component) -> bool:
    """A pool that is a share of what was sold or earned: each fact feeds it by the version that the fact keeps."""
    rule = component.rule
    return isinstance(rule, Pool) and (rule.rate is not None or rule.of is not None)


def by_fact(version: PlanVersion) -> PlanVersion:
    """What a version pays fact by fact: without its shared components, but for those that another one reads."""
    read = {name for one in version.components for name in reads(one, version.components)}
    own = (one for one in version.components if not is_shared(one) or one.id in read)
    return replace(version, components=tuple(own))


def of_oneself(version: PlanVersion) -> PlanVersion:
    """What a version pays a person on their own sales, whatever others sell."""
    own = (one for one in version.components if not is_shared(one))
    return replace(version, components=tuple(own))


def plan_with(plan: Plan, version: PlanVersion) -> Plan:
    """The plan with another last version."""
    return replace(plan, versions=(*plan.versions[:-1], version))


def alone(version: PlanVersion, component: Component) -> PlanVersion:
    """A version that has this component only, and what it reads."""
    wanted, queue = {component.id}, [component]
    while queue:
        for name in reads(queue.pop(), version.components) - wanted:
            wanted.add(name)
            found = version.component(name)
            queue += [found] if found is not None else []
    kept = tuple(
        component if one.id == component.id else one
        for one in version.components
        if one.id in wanted
    )
    return replace(version, components=kept, caps=(), floors=())


def span_of(window: str, day: dt.date) -> Span:
    """The calendar window that holds a day."""
    months = MONTHS[window]
    first = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
    beyond = first.year * 12 + first.month - 1 + months
    last = dt.date(beyond // 12, beyond % 12 + 1, 1) - dt.timedelta(days=1)
    return Span(key=calendar_key("month" if months == 1 else window, first), first=first, last=last)


def ends_with(component: Component, month: Span) -> bool:
    """Whether a calendar window of a component ends with a month."""
    return component.window in MONTHS and span_of(component.window, month.last).last == month.last


def last_day_of(component: Component) -> dt.date | None:
    """The last day of a component that runs until a date."""
    return _until(component.filter)


def _until(condition: Any) -> dt.date | None:
    """The date in a filter of the form that a component's own last day is read into."""
    if not isinstance(condition, Mapping):
        return None
    days = condition.get("date")
    if isinstance(days, Mapping) and "<=" in days:
        return dt.date.fromisoformat(str(days["<="]))
    inner = condition.get("all")
    found = [_until(one) for one in inner] if isinstance(inner, (list, tuple)) else []
    return next((day for day in found if day is not None), None)


def names_in(version: PlanVersion) -> set[str]:
    """The people whom the shared components of a version name."""
    found: set[str] = set()
    for component in version.components:
        match component.rule:
            case Pool(weights=weights):
                found |= {name for name, _ in weights}
            case Mbo(objectives=objectives, target=target):
                found |= {name for name, _ in objectives}
                found |= {name for name, _ in target.by_name}
        if is_shared(component):
            found |= set(component.payees)
    return found - {EVERYBODY}


def renamed(component: Component, call: Callable[[str], str]) -> Component:
    """A shared component whose people are called otherwise."""
    rule = component.rule
    match rule:
        case Pool():
            rule = replace(rule, weights=tuple((call(name), one) for name, one in rule.weights))
        case Mbo():
            goals = tuple((call(name), one) for name, one in rule.objectives)
            rule = replace(rule, objectives=goals, target=_called(rule.target, call))
    return replace(component, rule=rule, payees=tuple(call(name) for name in component.payees))


def _called(amounts: Amounts, call: Callable[[str], str]) -> Amounts:
    named = tuple((call(name), inner) for name, inner in amounts.by_name)
    return replace(amounts, by_name=named)


def metrics_in(component: Component) -> set[str]:
    """The measures of people that goals and a pool's achievement look up."""
    match component.rule:
        case Mbo(objectives=objectives):
            goals = (goal for _, own in objectives for goal in own)
            return {goal.score for goal in goals if isinstance(goal.score, str)}
        case Pool(achievement=str(name)):
            return {name}
    return set()
