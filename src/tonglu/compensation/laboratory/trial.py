"""A trial: a book under a plan, held against what was earned or against another plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

from tonglu.compensation.core.context import Context
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.plan import Plan, PlanVersion
from tonglu.compensation.core.model.rules import Mbo, Pool, Rank
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.shared import TO_DATE, alone, by_fact, plan_with, span_of
from tonglu.compensation.core.trace import Row
from tonglu.compensation.core.validation.check import plan_problems
from tonglu.compensation.neutral import money_of
from tonglu.compensation.selectors import names_of
from tonglu.compensation.services.windows.working import payable

from .books import LabBook, amount_of, is_payment, windows_ended

MANY = 500
"""From so many facts on a book is computed by columns, where they are installed; both engines pay the same to the cent."""
BANDS = (-50, -20, -5, 0, 5, 20, 50)
"""Edges of the bands of change, in percent."""

Parts = dict[str, Fraction]
"""The pay of one payee, by component."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """One payee before and after."""

    payee: str
    name: str
    before: Parts
    after: Parts

    @property
    def change(self) -> Fraction:
        """What the payee gains, or loses below zero."""
        return _sum(self.after) - _sum(self.before)


def trial_of(book: LabBook, plan: Plan, against: Plan | None) -> dict[str, Any]:
    """The result as plain values, ready to be stored: amounts are text to the cent, each with the components it is made of."""
    before = book.earned if against is None else parts_of(book, against)
    after = parts_of(book, plan)
    payees = sorted({*before, *after}, key=lambda one: book.names.get(one, one))
    shares = [
        Share(
            payee=one,
            name=book.names.get(one, one),
            before=before.get(one, {}),
            after=after.get(one, {}),
        )
        for one in payees
    ]
    shares.sort(key=lambda share: (-share.change, share.name))
    return {
        "facts": len(book.facts),
        "people": [_person(share) for share in shares],
        "cost": _cost(book, shares),
        "bands": _bands(shares),
        "titles": {
            component.id: names_of(component.title, component.id)
            for tried in (against, plan)
            for version in (tried.versions if tried is not None else ())
            for component in version.components
        },
        "findings": [
            {
                "code": p.code,
                "severity": p.severity,
                "message": p.message,
                "params": _texts(p.params),
            }
            for p in plan_problems(plan)
        ],
    }


def pay_of(book: LabBook, plan: Plan) -> dict[str, Fraction]:
    """What each payee would be paid for the book under a plan, in all."""
    return {payee: _sum(parts) for payee, parts in parts_of(book, plan).items()}


def parts_of(book: LabBook, plan: Plan) -> dict[str, Parts]:
    """The same component by component; team pools, contests and goals window by window."""
    paid: dict[str, Parts] = {}
    for one in evaluations(book, plan):
        if not one.alone:
            paid = _parts_of(book, one.plan)
            continue
        for row in one.trace():
            _add(paid, row.payee, row.component, row.amount)
    return paid


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A part of a plan on a part of a book; `alone` is the one component that counts of it, if not all do."""

    plan: Plan
    facts: tuple[Fact, ...]
    around: Context
    alone: str = ""

    def trace(self) -> Iterator[Row]:
        """The rows that count."""
        for row in evaluate(self.plan, self.facts, self.around).trace:
            if not self.alone or row.component == self.alone:
                yield row


def evaluations(book: LabBook, plan: Plan) -> Iterator[Evaluation]:
    """How a plan is worked out on a book: what pays by the sale at once, then pools, contests and goals window by window."""
    version = plan.versions[-1]
    apart = _by_window(book, version) if len(plan.versions) == 1 else ()
    if apart:
        rest = tuple(one for one in version.components if one not in apart)
        plan = plan_with(plan, replace(version, components=rest))
    yield Evaluation(plan=plan, facts=book.facts, around=book.around(plan))
    for component in apart:
        for key, facts in _windows(book, component):
            reached = book.reached.get(key, {})
            only = plan_with(plan, alone(version, payable(component, reached)))
            around = book.around(only)
            given = replace(around, metrics={**around.metrics, **reached})
            yield Evaluation(plan=only, facts=facts, around=given, alone=component.id)


def _by_window(book: LabBook, version: PlanVersion) -> tuple[Component, ...]:
    """What nothing else reads; all stay together where a limit of the plan joins them. A file says itself what goals were reached."""
    if version.caps or version.floors:
        return ()
    own = by_fact(version).components
    shared = (one for one in version.components if one not in own)
    kinds = (Pool, Rank) if book.days is None else (Pool, Rank, Mbo)
    return tuple(one for one in shared if isinstance(one.rule, kinds))


def _windows(book: LabBook, component: Component) -> list[tuple[str, tuple[Fact, ...]]]:
    """The facts of each window of a component, by its name; all of them where it has no end. Goals are paid where nothing was sold, too."""
    if isinstance(component.rule, Mbo) and book.days is not None:
        spans = windows_ended(component, book.days)
        return [(one.key, tuple(f for f in book.facts if one.holds(f.date))) for one in spans]
    if component.window == TO_DATE:
        return [(TO_DATE, book.facts)]
    found: dict[str, list[Fact]] = {}
    for fact in book.facts:
        if fact.date is not None:
            found.setdefault(span_of(component.window, fact.date).key, []).append(fact)
    return [(key, tuple(facts)) for key, facts in sorted(found.items())]


def _parts_of(book: LabBook, plan: Plan) -> dict[str, Parts]:
    in_cents = all(version.rounding.scale == 2 for version in plan.versions)
    if len(book.facts) >= MANY and in_cents and find_spec("polars") is not None:
        return _by_volume(book, plan)
    paid: dict[str, Parts] = {}
    for one in evaluate(plan, book.facts, book.around(plan)).payouts:
        _add(paid, one.payee, one.component, one.amount)
    return paid


def _by_volume(book: LabBook, plan: Plan) -> dict[str, Parts]:
    """The same by the engine for big books, which leaves to the exact one what it does not know."""
    from tonglu.compensation.core.volume.mixed import evaluate_mixed

    paid: dict[str, Parts] = {}
    if not any(version.components for version in plan.versions):
        return paid
    payouts = evaluate_mixed(plan, book.facts, book.around(plan)).volume.payouts
    for payee, component, cents in payouts.select("payee", "component", "amount").rows():
        _add(paid, payee, component, Fraction(cents, 100))
    return paid


def _add(paid: dict[str, Parts], payee: str, component: str, amount: Fraction) -> None:
    own = paid.setdefault(payee, {})
    own[component] = own.get(component, ZERO) + amount


def _sum(parts: Parts) -> Fraction:
    return sum(parts.values(), ZERO)


def _person(share: Share) -> dict[str, Any]:
    return {
        "payee": share.payee,
        "name": share.name,
        "before": str(money_of(_sum(share.before))),
        "after": str(money_of(_sum(share.after))),
        "change": str(money_of(share.change)),
        "parts": {
            name: [str(money_of(side.get(name, ZERO))) for side in (share.before, share.after)]
            for name in dict.fromkeys((*share.before, *share.after))
        },
    }


def _cost(book: LabBook, shares: Iterable[Share]) -> dict[str, str | None]:
    """Pay in all, before and after, and what was sold; the margin only when every fact knows its cost."""
    amount = sum((amount_of(fact) for fact in book.facts), ZERO)
    costs = [fact.number("cost") for fact in book.facts if not is_payment(fact)]
    known = [cost for cost in costs if cost is not None]
    margin = amount - sum(known, ZERO) if costs and len(known) == len(costs) else None
    shares = list(shares)
    return {
        "before": str(money_of(sum((_sum(share.before) for share in shares), ZERO))),
        "after": str(money_of(sum((_sum(share.after) for share in shares), ZERO))),
        "amount": str(money_of(amount)),
        "margin": None if margin is None else str(money_of(margin)),
    }


def _bands(shares: Iterable[Share]) -> list[int]:
    """How many people change by how much: below the first edge, between each two, above the last; who had nothing gains all."""
    counts = [0] * (len(BANDS) + 1)
    for share in shares:
        counts[band_of(_sum(share.before), share.change)] += 1
    return counts


def band_of(before: Fraction, change: Fraction) -> int:
    """Which band a change of what somebody had before falls into."""
    if not before:
        return BANDS.index(0) + 1 if not change else len(BANDS)
    percent = change / abs(before) * 100
    return sum(1 for edge in BANDS if percent >= edge)


def _texts(params: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in params.items()}
