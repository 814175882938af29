"""Lint of components: what they need, what they refer to, and weights that must add up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tonglu.compensation.core.model.amounts import NO_AMOUNTS
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.plan import PlanVersion
from tonglu.compensation.core.model.rules import Linear, Mbo, Pool, Rank, Rate, Rollup
from tonglu.compensation.core.numbers import ONE, ZERO, number_text
from tonglu.compensation.core.order import ALL_COMMISSION
from tonglu.compensation.core.problems import Problem

from .findings import finding


def component_problems(component: Component, version: PlanVersion) -> Iterator[Problem]:
    yield from _needs(component)
    yield from _flat_rate(component)
    yield from _rule(component)
    yield from _limits(component)
    yield from _references(component, version)


def _needs(component: Component) -> Iterator[Problem]:
    rule = component.rule
    table = rule.table if isinstance(rule, (Rate, Rollup)) else None
    has_quota = component.quota != NO_AMOUNTS
    has_target = component.target_incentive != NO_AMOUNTS
    by_quota = table is not None and (
        table.axis == "attainment" or table.mode in ("overage_at_top", "proportional_ti")
    )
    if (by_quota or _by_attainment(rule)) and not has_quota:
        yield finding("needs_quota", component=component.id)
    of_target = table is not None and (
        table.value == "percent_of_target" or table.mode == "proportional_ti"
    )
    if (of_target or (isinstance(rule, Rate) and rule.individual_rate)) and not has_target:
        yield finding("needs_target", component=component.id)
    if isinstance(rule, Rate) and table is None and rule.base_rate is None and not has_quota:
        yield finding("needs_quota", component=component.id)


def _flat_rate(component: Component) -> Iterator[Problem]:
    """A rate on all that is sold lies between nothing and the whole; a deduction says what it is of by its filter."""
    rule = component.rule
    if not isinstance(rule, Rate) or rule.table is not None or rule.base_rate is None:
        return
    if component.measure.name not in ("amount", "received") or component.multipliers:
        return
    least = ZERO if component.filter is None else -ONE
    for rate in rule.base_rate.numbers():
        if not least <= rate <= ONE:
            yield finding("rate_not_share", component=component.id, value=number_text(rate))


def _by_attainment(rule: object) -> bool:
    if not isinstance(rule, Rate):
        return False
    threshold = rule.threshold is not None and rule.threshold.axis == "attainment"
    return threshold or rule.attainment_cap is not None or rule.individual_rate


def _rule(component: Component) -> Iterator[Problem]:
    match component.rule:
        case Mbo() as goals:
            yield from _weights(component, goals)
        case Pool() as pool:
            yield from _pool(component, pool)
        case Rollup(levels=(), base_rate=None, table=None):
            yield finding("no_override", component=component.id)
        case Rank(prizes=prizes) if list(prizes) != sorted(prizes, reverse=True):
            yield finding("falling_prizes", component=component.id)
        case Linear(least=Fraction() as least, most=Fraction() as most) if least > most:
            yield _crossed(component, least=number_text(least), most=number_text(most))


def _weights(component: Component, rule: Mbo) -> Iterator[Problem]:
    for payee, goals in rule.objectives:
        total = sum((goal.weight for goal in goals), ZERO)
        if total != ONE:
            yield finding("weights", component=component.id, payee=payee, sum=number_text(total))


def _pool(component: Component, pool: Pool) -> Iterator[Problem]:
    if sum((weight for _, weight in pool.weights), ZERO) <= 0:
        yield finding("no_shares", component=component.id)
    if pool.amount is None and pool.rate is None and pool.of is None:
        yield finding("no_fund", component=component.id)


def _limits(component: Component) -> Iterator[Problem]:
    for cap in component.caps:
        for floor in component.floors:
            if cap.amount is not None and floor.amount is not None and floor.amount > cap.amount:
                yield _crossed(
                    component, least=number_text(floor.amount), most=number_text(cap.amount)
                )


def _crossed(component: Component, least: str, most: str) -> Problem:
    return finding("floor_over_cap", component=component.id, floor=least, cap=most)


def _references(component: Component, version: PlanVersion) -> Iterator[Problem]:
    """Names with a computed ending must be components; other measures come from outside."""
    for name in _named(component):
        if version.component(name) is None:
            yield finding("unknown_component", component=component.id, other=name)


def _named(component: Component) -> list[str]:
    metrics = [gate.metric for gate in component.gates]
    metrics += [multiplier.metric or "" for multiplier in component.multipliers]
    endings = ("attainment", "payout", "credit")
    found = [m.rpartition(".")[0] for m in metrics if "." in m and m.endswith(endings)]
    match component.rule:
        case Rollup(basis=basis) if basis != "amount" and basis not in ALL_COMMISSION:
            found.append(basis)
        case Pool(of=str(of)):
            found.append(of)
    return found
