"""Recompute only what a changed fact can reach, with the same answer as a full run.

A change reaches the payees credited before and after it, the managers above them when the plan pays
overrides, and everybody in a pool or a contest. To compute a manager exactly, the sellers below are
needed too; their rows are computed and thrown away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from .context import Context
from .evaluate import evaluate
from .facts import Credit, Fact
from .model.plan import Plan, PlanVersion, as_plan
from .model.rules import Pool, Rank, Rollup
from .result import Result
from .trace import Row

EVERYBODY = None
Payees = frozenset[str] | None


def affected_payees(
    plan: Plan | PlanVersion, changed: Iterable[Fact], context: Context | None = None
) -> Payees:
    """Whose pay may change when these facts (old and new revisions) change; None is everybody."""
    rules = _rules(plan)
    if any(isinstance(rule, (Pool, Rank)) for rule in rules):
        return EVERYBODY
    around = context or Context()
    climbs = any(isinstance(rule, Rollup) for rule in rules)
    found: set[str] = set()
    for fact in changed:
        for credit in fact.credits:
            found.add(credit.payee)
            found.update(_above(credit, fact, around) if climbs else ())
    return frozenset(found)


def facts_for(
    plan: Plan | PlanVersion,
    facts: Sequence[Fact],
    payees: Payees,
    context: Context | None = None,
) -> tuple[Fact, ...]:
    """The facts without which these payees cannot be computed."""
    if payees is EVERYBODY:
        return tuple(facts)
    needed = set(payees)
    if any(isinstance(rule, Rollup) for rule in _rules(plan)):
        needed |= _sellers_below(facts, payees, context or Context())
    return tuple(fact for fact in facts if any(c.payee in needed for c in fact.credits))


def recompute(
    previous: Result,
    plan: Plan | PlanVersion,
    facts: Sequence[Fact],
    payees: Payees,
    context: Context | None = None,
    as_of: dt.date | None = None,
) -> Result:
    """The result over all `facts`, computing only these payees and keeping the others as they were."""
    if payees is EVERYBODY:
        return evaluate(plan, facts, context, as_of)
    around = (context or Context()).in_currency("", facts)
    part = evaluate(plan, facts_for(plan, facts, payees, around), around, as_of)
    gone = {fact.id for fact in facts}
    return Result(
        payouts=tuple(
            [payout for payout in previous.payouts if payout.payee not in payees]
            + [payout for payout in part.payouts if payout.payee in payees]
        ),
        trace=_merged(previous.trace, part.trace, payees),
        rounding=part.rounding,
        version_of={
            **{fact: version for fact, version in previous.version_of.items() if fact in gone},
            **part.version_of,
        },
        excess={
            **{payee: amount for payee, amount in previous.excess.items() if payee not in payees},
            **{payee: amount for payee, amount in part.excess.items() if payee in payees},
        },
        problems=part.problems,
    )


def _merged(old: Sequence[Row], new: Sequence[Row], payees: frozenset[str]) -> tuple[Row, ...]:
    kept = [row for row in old if row.payee not in payees]
    return (*kept, *(row for row in new if row.payee in payees))


def _rules(plan: Plan | PlanVersion) -> list[object]:
    versions = as_plan(plan).versions
    return [component.rule for version in versions for component in version.components]


def _above(credit: Credit, fact: Fact, context: Context) -> tuple[str, ...]:
    if credit.path is not None:
        return credit.path
    return context.hierarchy.path(credit.payee, fact.date)


def _sellers_below(facts: Sequence[Fact], payees: frozenset[str], context: Context) -> set[str]:
    return {
        credit.payee
        for fact in facts
        for credit in fact.credits
        if payees & set(_above(credit, fact, context))
    }
