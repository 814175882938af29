"""Facts that a plan cannot price as they are: nobody is named, the amount is no number, or the day that picks their version is missing.

The engine itself pays nobody for the first, asks for the amount only where it counts, and goes by the business
date for the last. Where facts come from a file, these are slips that would stay unseen, and are refused by name.
"""

from __future__ import annotations

from collections.abc import Iterable

from tonglu.kernel.text import N_

from .facts import Fact
from .faults import fault
from .model.plan import Plan
from .model.rules import Pool

BUSINESS_DATE = "date"


def require_complete(plan: Plan, facts: Iterable[Fact]) -> None:
    """Refuse the first fact without a payee, with an amount that is none, or without the anchor of its version."""
    for_team = feeds_team(plan)
    anchors = plan.anchor.split(",")
    by_anchor = len(plan.versions) > 1 and BUSINESS_DATE not in anchors
    for fact in facts:
        if fact.deleted:
            continue
        fact.number("amount")
        if not fact.credits and not for_team:
            raise fault(
                "no_payee",
                N_("Transaction %(id)s names nobody: give it “payee” or “credits”."),
                id=fact.id,
            )
        if by_anchor and not _anchored(fact, anchors):
            raise fault(
                "no_anchor",
                N_("Transaction %(id)s needs “%(field)s”, the day that picks its plan version."),
                id=fact.id,
                field=" / ".join(anchors),
            )


def _anchored(fact: Fact, anchors: Iterable[str]) -> bool:
    named = ("plan_version", *anchors)
    return any(fact.values.get(name) is not None for name in named)


def feeds_team(plan: Plan) -> bool:
    """Whether a team pool counts what was sold, whoever sold it."""
    rules = (one.rule for version in plan.versions for one in version.components)
    return any(
        isinstance(rule, Pool) and rule.rate is not None and rule.of is None for rule in rules
    )
