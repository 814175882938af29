"""Cases of mode calc: a plan and transactions in, payouts by payee and component out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tonglu.compensation.core.complete import require_complete
from tonglu.compensation.core.context import context_from
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import facts_from
from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.model.reading import day
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.result import TOTAL, Result
from tonglu.kernel.text import N_

Tree = dict[str, Any]
CATCH_UP = "catch_up"
_ESTIMATES = ("estimate", "delta", "adds")
# Deals that are not there yet: what they would add is the estimate.
WHAT_IF = ("hypothetical", "hypothetical_transactions", "what_if", "whatif", "estimate")


def calc(raw: Mapping[str, Any]) -> Tree:
    plan_raw = raw.get("plan")
    if not isinstance(plan_raw, Mapping):
        raise fault("no_plan", N_("A case of mode calc needs a plan."))
    shared = {name: raw[name] for name in ("rounding",) if raw.get(name) is not None}
    plan = plan_from_dict({**shared, **plan_raw})
    facts = facts_from(raw.get("transactions") or ())
    guessed = facts_from(next((raw[name] for name in WHAT_IF if raw.get(name)), ()))
    require_complete(plan, (*facts, *guessed))
    as_of = day(raw["as_of"]) if "as_of" in raw else None
    context = context_from(raw)
    result = evaluate(plan, facts, context, as_of)
    tree = tree_of(result)
    sure = tuple(fact for fact in facts if fact.values.get("hypothetical") is not True)
    if guessed:
        whatif = evaluate(plan, (*facts, *guessed), context, as_of)
        tree |= dict.fromkeys(_ESTIMATES, _difference(whatif, result))
    elif len(sure) < len(facts):
        before = evaluate(plan, sure, context, as_of)
        tree |= dict.fromkeys(_ESTIMATES, _difference(result, before))
    return tree


def tree_of(result: Result) -> Tree:
    """Everything a case may expect of a result."""
    return {
        "payouts": _payouts(result),
        "by_transaction": _by_transaction(result),
        "by_window": _by_window(result),
        "catch_up": _catch_up(result),
        "version_of": dict(result.version_of),
        "cap_balance": dict(result.excess),
        "attainment": _last(result, "attainment"),
        "position": _last(result, "after"),
        "credits": _credits(result),
        "problems": [problem.code for problem in result.problems],
        "total": sum((payout.amount for payout in result.payouts), ZERO),
    }


def _payouts(result: Result) -> Tree:
    tree: Tree = {}
    for payout in result.payouts:
        tree.setdefault(payout.payee, {})[payout.component] = payout.amount
    for payee, own in tree.items():
        own.setdefault(TOTAL, result.payout(payee))
    return tree


def _by_transaction(result: Result) -> Tree:
    tree: Tree = {}
    for row in result.trace:
        if row.fact:
            own = tree.setdefault(row.fact, {}).setdefault(row.payee, {})
            own[row.component] = own.get(row.component, ZERO) + row.amount
            own[TOTAL] = own.get(TOTAL, ZERO) + row.amount
    for fact, people in _catch_up(result).items():
        for payee, components in people.items():
            tree[fact][payee].setdefault(CATCH_UP, components[TOTAL])
    return tree


def _catch_up(result: Result) -> Tree:
    """What a step that was reached pays, or takes back, on earlier sales of the window."""
    tree: Tree = {}
    for row in result.trace:
        if not row.fact:
            continue
        pieces = (piece.amount for piece in row.slices if piece.kind == CATCH_UP)
        own = tree.setdefault(row.fact, {}).setdefault(row.payee, {})
        amount = sum(pieces, ZERO)
        own[row.component] = own.get(row.component, ZERO) + amount
        own[TOTAL] = own.get(TOTAL, ZERO) + amount
    return tree


def _by_window(result: Result) -> Tree:
    tree: Tree = {}
    for (payee, component, window), amount in result.by_window().items():
        tree.setdefault(payee, {}).setdefault(component, {})[window] = amount
    return tree


def _last(result: Result, name: str) -> Tree:
    tree: Tree = {}
    for row in result.trace:
        tree.setdefault(row.payee, {})[row.component] = getattr(row, name)
    return tree


def _credits(result: Result) -> Tree:
    tree: Tree = {}
    for row in result.trace:
        own = tree.setdefault(row.payee, {})
        own[row.component] = own.get(row.component, ZERO) + row.credit
    return tree


def _difference(after: Result, before: Result) -> Tree:
    return {
        payee: {
            payout.component: payout.amount - before.payout(payee, payout.component)
            for payout in after.payouts
            if payout.payee == payee
        }
        | {TOTAL: after.payout(payee) - before.payout(payee)}
        for payee in after.payees()
    }
