"""Any plan over a big book: each component by the engine that can, and together what the exact engine pays."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("polars", reason="the extra `volume` is not installed")

from tonglu.compensation.check import read_exact
from tonglu.compensation.core.context import context_from
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import facts_from
from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.volume.mixed import evaluate_mixed

from .test_volume import CASES, STAGES, TEAM, books

KNOWN = (
    {"id": "flat", "base_rate": "0.015", "window": "month"},
    {"id": "override", "kind": "rollup", "levels": ["0.01"]},
    {"id": "grid", "quota": 900, "table": {
        "mode": "matrix", "rows": {"metric": "attainment", "bounds": [0, 1]},
        "columns": {"metric": "csat", "bounds": [0, "0.9"]}, "values": [["0.01", "0.02"], ["0.03", "0.04"]]}},
)  # fmt: skip
UNKNOWN = (
    {"id": "gated", "base_rate": "0.1", "gates": [{"metric": "flat.payout", "value": 100}]},
    {"id": "team", "kind": "pool", "of": "flat", "rate": "0.3", "weights": {"Ana": 1, "Ben": 2}},
    {"id": "prize", "kind": "rank", "window": "quarter", "prizes": [100, 50]},
    {"id": "upon", "kind": "rollup", "levels": ["1/3"], "basis": "flat"},
    {"id": "mbo", "kind": "mbo", "target": 900, "objectives": {"Ana": [{"weight": 1, "score": "1/3"}]}},
    {"id": "line", "base_rate": "0.1", "threshold": 500},
)  # fmt: skip
AROUND = replace(TEAM, metrics={"*": {"csat": "0.95"}, "Ben": {"csat": "0.5"}})


@st.composite
def mixed_plans(draw):
    odd = draw(
        st.lists(st.sampled_from(UNKNOWN), min_size=1, max_size=3, unique_by=lambda c: c["id"])
    )
    components = draw(st.permutations([*KNOWN, *odd]))
    return plan_from_dict(
        {"components": components, "rounding": {"stage": draw(st.sampled_from(STAGES))}}
    )


def require_equal(mixed, exact, money):
    assert Counter(
        (row["component"], row["fact"], row["payee"], Fraction(row["amount"], 100))
        for row in mixed.rows.to_dicts()
    ) == Counter((row.component, row.fact, row.payee, money(row.amount)) for row in exact.trace)
    assert {
        (row["component"], row["payee"]): Fraction(row["amount"], 100)
        for row in mixed.payouts.to_dicts()
    } == {(payout.component, payout.payee): payout.amount for payout in exact.payouts}


@settings(max_examples=60, deadline=None)
@given(plan=mixed_plans(), facts=books())
def test_both_engines_together_pay_what_the_exact_one_pays(plan, facts):
    exact = evaluate(plan, facts, AROUND)

    mixed = evaluate_mixed(plan, facts, AROUND)

    assert mixed.exact == {c.id for c in plan.versions[0].components} - {one["id"] for one in KNOWN}
    require_equal(mixed.volume, exact, plan.versions[0].rounding.money)


def test_every_worked_example_in_cents_is_paid_the_same_by_both():
    compared = [case["id"] for case in read_exact(CASES)["cases"] if agreed(case)]

    assert len(compared) >= 90


def agreed(case):
    """Whether the case pays in cents; if it does, both ways pay the same."""
    if "plan" not in case or "error" in case["expected"]:
        return False
    rounding = {"rounding": case["rounding"]} if "rounding" in case else {}
    plan = plan_from_dict({**case["plan"], **rounding})
    facts, context = facts_from(case.get("transactions") or ()), context_from(case)
    if plan.versions[-1].rounding.scale != 2:
        return False
    exact = evaluate(plan, facts, replace(context, adjustments=()))
    mixed = evaluate_mixed(plan, facts, context)
    require_equal(mixed.volume, exact, plan.versions[-1].rounding.money)
    return True


@pytest.mark.parametrize(
    ("component", "values"),
    [
        ({"measure": "tons", "base_rate": 6}, [{"tons": 12}, {"tons": "12.345"}, {}]),
        ({"measure": "units", "base_rate": 6}, [{"units": "1.5"}, {"units": "0.125"}]),
        ({"base_rate": 1, "filter": {"code": 7}}, [{"code": "7"}, {"code": "07"}, {"code": "x"}]),
        ({"base_rate": 1, "filter": {"code": "7"}}, [{"code": 7}, {"code": 8}]),
        ({"base_rate": 1, "filter": {"won": True}}, [{"won": "yes"}, {"won": True}, {}]),
        ({"base_rate": 1, "filter": {"land": ["CN", "US"]}}, [{"land": "CN"}, {"land": "DE"}, {}]),
        ({"base_rate": 1, "filter": {"note": None}}, [{"note": "x"}, {}]),
    ],
)
def test_fields_of_a_plans_own_pay_what_the_exact_engine_pays(component, values):
    plan = plan_from_dict({"components": [{"id": "comm", **component}]})
    raw = [
        {"id": str(n), "date": "2024-01-01", "payee": "Ana", "amount": 10, **own}
        for n, own in enumerate(values)
    ]
    exact = evaluate(plan, facts_from(raw))

    mixed = evaluate_mixed(plan, facts_from(raw))

    paid = {row["payee"]: Fraction(row["amount"], 100) for row in mixed.volume.payouts.to_dicts()}
    assert paid == {one.payee: one.amount for one in exact.payouts}
