"""After one change only what it reaches is computed, and the answer is that of a full run."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tonglu.compensation.core.context import Context
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.hierarchy import hierarchy_from
from tonglu.compensation.core.incremental import affected_payees, facts_for, recompute
from tonglu.compensation.core.model.plan import plan_from_dict

from .books import CENTS, facts, plans

STEPS = {"mode": "slab", "tiers": [[0, 20000, "0.01"], [20000, None, "0.02"]]}
TEAM = Context(hierarchy=hierarchy_from({"Ana": "Lee", "Ben": "Lee", "Lee": "Dee", "Cy": "Max"}))
OVERRIDES = plan_from_dict(
    {
        "components": [
            {"id": "c", "window": "quarter", "table": STEPS},
            {"id": "o", "kind": "rollup", "levels": ["0.1", "0.05"], "basis": "c"},
            {"id": "t", "kind": "rollup", "window": "year", "table": STEPS},
        ],
        "rounding": {"stage": "telescoping"},
    }
)
POOL = plan_from_dict(
    {"components": [{"id": "p", "kind": "pool", "rate": "0.01", "weights": {"Ana": 1, "Ben": 2}}]}
)


def changed(book, index, cents):
    old = book[index]
    new = dataclasses.replace(old, values={"amount": Fraction(cents, 100)}, revision=2)
    return old, new, (*book[:index], new, *book[index + 1 :])


def in_any_order(result):
    return (
        sorted(map(repr, result.trace)),
        sorted(map(repr, result.payouts)),
        dict(result.version_of),
    )


def check_incremental(plan, book, index, cents, context):
    before = evaluate(plan, book, context)
    old, new, book = changed(book, index, cents)

    payees = affected_payees(plan, [old, new], context)
    part = recompute(before, plan, book, payees, context)

    assert in_any_order(part) == in_any_order(evaluate(plan, book, context))


@settings(max_examples=120, deadline=None)
@given(plans(), facts().filter(bool), st.data(), CENTS)
def test_a_corrected_fact_gives_the_same_result_as_a_full_run(plan, book, data, cents):
    check_incremental(plan, book, data.draw(st.integers(0, len(book) - 1)), cents, Context())


@settings(max_examples=80, deadline=None)
@given(facts().filter(bool), st.data(), CENTS)
def test_overrides_reach_up_the_tree_and_no_further(book, data, cents):
    check_incremental(OVERRIDES, book, data.draw(st.integers(0, len(book) - 1)), cents, TEAM)


@settings(max_examples=40, deadline=None)
@given(facts().filter(bool), st.data(), CENTS)
def test_a_pool_reaches_everybody(book, data, cents):
    check_incremental(POOL, book, data.draw(st.integers(0, len(book) - 1)), cents, Context())


@settings(max_examples=60, deadline=None)
@given(facts().filter(bool), st.data())
def test_an_inserted_fact_gives_the_same_result_as_a_full_run(book, data):
    index = data.draw(st.integers(0, len(book) - 1))
    fewer = (*book[:index], *book[index + 1 :])
    before = evaluate(OVERRIDES, fewer, TEAM)

    payees = affected_payees(OVERRIDES, [book[index]], TEAM)
    part = recompute(before, OVERRIDES, book, payees, TEAM)

    assert in_any_order(part) == in_any_order(evaluate(OVERRIDES, book, TEAM))


@settings(max_examples=40, deadline=None)
@given(facts(payees=("Ana",)).filter(bool), facts(payees=("Cy",)))
def test_a_change_of_ana_does_not_read_the_facts_of_cy(book, others):
    strangers = tuple(dataclasses.replace(fact, id=f"x{fact.id}") for fact in others)

    payees = affected_payees(OVERRIDES, book, TEAM)

    assert payees == {"Ana", "Lee", "Dee"}
    assert facts_for(OVERRIDES, (*book, *strangers), payees, TEAM) == book
