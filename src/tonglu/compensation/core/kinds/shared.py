"""Pay that is not one fact's: team pools, contests by rank, and weighted goals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from tonglu.compensation.core.crediting import in_order, measured
from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.measure import AMOUNT
from tonglu.compensation.core.model.rules import EVERYBODY, Mbo, Objective, Pool, Rank
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.rounding import Rounding, allocate
from tonglu.compensation.core.scene import Scene
from tonglu.compensation.core.selection import matches
from tonglu.compensation.core.trace import Row, Slice
from tonglu.kernel.text import N_


def pool_rows(component: Component, scene: Scene) -> list[Row]:
    """The pool divided by weights to the cent: largest remainder first, then the order given."""
    rule = component.rule
    assert isinstance(rule, Pool)
    achieved = rule.achievement
    if isinstance(achieved, str):
        achieved = _metric(scene, "*", achieved)
    fund = _fund(component, rule, scene) * achieved
    whole = sum((weight for _, weight in rule.weights), ZERO)
    rounding = scene.version.rounding
    weights = [weight for _, weight in rule.weights]
    shares = allocate(fund, weights, rounding.scale, rounding.mode)
    if rule.rounding == "independent":
        shares = [rounding.money(fund * weight / whole) for weight in weights]
    rows = []
    for (payee, weight), share in zip(rule.weights, shares, strict=True):
        piece = Slice(kind="share", portion=fund, rate=weight / whole, amount=share)
        rows.append(_row(component, scene, payee, piece, credit=fund))
    return rows


def rank_rows(component: Component, scene: Scene) -> list[Row]:
    """Prizes by place, window by window; tied payees share, each take, or go by who was first, as the rule says."""
    rule = component.rule
    assert isinstance(rule, Rank)
    return [
        replace(row, window=window)
        for window, of_window in _standings(component, scene).items()
        for row in _contest(component, rule, scene, of_window)
    ]


def _standings(component: Component, scene: Scene) -> dict[str, dict[str, Fraction]]:
    """window -> payee -> what ranks them: credits, attainment, or a measure of the person.

    Where the first one wins a tie, payees stand in the order in which they reached what they have.
    """
    name = component.measure.name
    by_metric = name == "attainment" or "." in name
    counting = replace(component, measure=AMOUNT) if by_metric else component
    first_wins = isinstance(component.rule, Rank) and component.rule.ties == "first"
    totals: dict[str, dict[str, Fraction]] = {}
    for entry in scene.entries(counting):
        own = totals.setdefault(entry.window, {})
        had = own.pop(entry.payee, ZERO) if first_wins else own.get(entry.payee, ZERO)
        own[entry.payee] = had + entry.counts
    if by_metric:
        for window, own in totals.items():
            found = {p: scene.number(p, window, name, counting) for p in own}
            totals[window] = {p: value for p, value in found.items() if value is not None}
    return totals


def _contest(
    component: Component, rule: Rank, scene: Scene, totals: Mapping[str, Fraction]
) -> list[Row]:
    """The prizes of one window."""
    ranked = sorted(
        (payee for payee, total in totals.items() if rule.least is None or total >= rule.least),
        key=lambda payee: totals[payee] if rule.direction == "least" else -totals[payee],
    )
    rows: list[Row] = []
    place = 0
    while place < len(ranked):
        tied = [payee for payee in ranked if totals[payee] == totals[ranked[place]]]
        prizes = _prizes(rule, place, len(tied), scene.version.rounding)
        for payee, prize in zip(tied, prizes, strict=True):
            piece = Slice(kind="prize", portion=Fraction(place + 1), rate=prize, amount=prize)
            rows.append(_row(component, scene, payee, piece, credit=totals[payee]))
        place += len(tied)
    return rows


def mbo_rows(component: Component, scene: Scene) -> list[Row]:
    """The target paid goal by goal: target x weight x score."""
    rule = component.rule
    assert isinstance(rule, Mbo)
    rows = []
    for payee, goals in _goals(component, rule):
        target = rule.target.find(payee)
        if target is None:
            raise fault(
                "no_target", N_("Component %(id)s needs a target incentive."), id=component.id
            )
        pieces = [_goal(rule, goal, target, scene, payee) for goal in goals]
        rows.append(_row(component, scene, payee, *pieces, credit=target))
    return rows


def _goals(component: Component, rule: Mbo) -> list[tuple[str, tuple[Objective, ...]]]:
    """Goals by payee; those of everybody go to the component's payees."""
    return [
        (payee, goals)
        for name, goals in rule.objectives
        for payee in (component.payees if name == EVERYBODY else (name,))
    ]


def _goal(rule: Mbo, goal: Objective, target: Fraction, scene: Scene, payee: str) -> Slice:
    score = _metric(scene, payee, goal.score) if isinstance(goal.score, str) else goal.score
    if rule.most_score is not None:
        score = min(score, rule.most_score)
    portion = target * goal.weight
    return Slice(kind="goal", portion=portion, rate=score, amount=portion * score)


def _prizes(rule: Rank, place: int, tied: int, rounding: Rounding) -> list[Fraction]:
    """What the tied payees get from a place on; shared prizes add up to the cent."""
    if rule.ties == "same":
        return [_at(rule, place)] * tied
    own = [_at(rule, place + other) for other in range(tied)]
    if rule.ties == "first":
        return own
    return allocate(sum(own, ZERO), [ONE] * tied, rounding.scale, rounding.mode)


def _at(rule: Rank, place: int) -> Fraction:
    return rule.prizes[place] if place < len(rule.prizes) else ZERO


def _fund(component: Component, rule: Pool, scene: Scene) -> Fraction:
    if rule.of is not None:
        earned = sum((row.unrounded for row in scene.rows.get(rule.of, ())), ZERO)
        return earned if rule.rate is None else earned * rule.rate
    if rule.rate is not None:
        return rule.rate * _team_result(component, scene, scene.facts)
    if rule.amount is None:
        raise fault("no_fund", N_("Pool %(id)s needs an amount or a rate."), id=component.id)
    return rule.amount


def _team_result(component: Component, scene: Scene, facts: Sequence[Fact]) -> Fraction:
    counted = (
        measured(component.measure, fact, scene.context)
        for fact in in_order(facts)
        if matches(component.filter, fact.values)
    )
    return sum(counted, ZERO)


def _metric(scene: Scene, payee: str, name: str) -> Fraction:
    value = scene.number(payee, "all", name)
    if value is None:
        raise fault("no_metric", N_("The measure “%(metric)s” is not given."), metric=name)
    return value


def _row(component: Component, scene: Scene, payee: str, *pieces: Slice, credit: Fraction) -> Row:
    return Row(
        payee=payee,
        component=component.id,
        kind=component.kind,
        measure=component.measure.name,
        credit=credit,
        after=credit,
        slices=pieces,
        version=scene.version.id,
        clause=component.clause,
    )
