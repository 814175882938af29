"""Two engines, one truth: the vectorised twin equals the exact reference to the cent."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

pytest.importorskip("polars", reason="the extra `volume` is not installed")

from tonglu.compensation.check import read_exact
from tonglu.compensation.core.context import Context, context_from
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import Credit, Fact, facts_from
from tonglu.compensation.core.hierarchy import hierarchy_from
from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.volume.book import book_of
from tonglu.compensation.core.volume.run import evaluate_volume, refusals
from tonglu.compensation.core.volume.tracing import opened
from tonglu.kernel.errors import DomainError

from .books import CENTS, DAYS, PAYEES, WINDOWS, tiers

CASES = Path(__file__).resolve().parents[5] / "docs" / "examples" / "pay-cases.yaml"
BOUNDARIES = ("lower_inclusive", "upper_inclusive", "both_inclusive")
STAGES = ("payout", "transaction", "telescoping")
# `TONGLU_BOOKS=10000` tries as many random books as that, a tenth for each table mode and for whole plans.
BOOKS = int(os.environ.get("TONGLU_BOOKS", "0")) // 10
MODES = ("flat", "slab", "whole", "running", "overage_at_top", "interp_sum", "interp_points",
         "milestone", "proportional_ti", "matrix")  # fmt: skip
QUOTAS = st.integers(1, 40_000)
PARTS = st.sampled_from([Fraction(100), Fraction(50), Fraction(111, 10), Fraction(100, 8)])
FACTORS = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(12, 10)])


@st.composite
def books(draw):
    found = []
    for index in range(draw(st.integers(0, 14))):
        payees = draw(st.sets(st.sampled_from(PAYEES), min_size=1, max_size=2))
        credits = tuple(
            Credit(payee=payee, pct=draw(PARTS), factor=draw(FACTORS)) for payee in sorted(payees)
        )
        values = {"amount": Fraction(draw(CENTS), 100), "cost": Fraction(draw(CENTS), 100)}
        found.append(Fact(id=f"f{index}", date=draw(DAYS), values=values, credits=credits))
    return tuple(found)


@st.composite
def points(draw):
    xs = sorted(draw(st.sets(st.integers(0, 300), min_size=2, max_size=4)))
    ys = [draw(st.integers(0, 300)) for _ in xs]
    return [[f"{x}/100", f"{y}/100"] for x, y in zip(xs, ys, strict=True)]


METRICS = context_from(
    {"metrics": {"Ana": {"grade": 2, "margin": "0.31"}, "*": {"grade": 1, "margin": "0.12"}}}
)
"""What a matrix may look up of a person."""
SIDES = {
    "attainment": [[0, 1], ["-0.5", "0.25", "1.1"], ["1/3"]],
    "amount": [[0, 1000], ["-100", "55.55", 9000], [20000]],
    "grade": [[1, 2], [0], [3]],
    "margin": [["0.1", "0.2"], ["0.31"]],
}


@st.composite
def matrices(draw):
    sides = [draw(st.sampled_from(sorted(SIDES))) for _ in range(2)]
    rows, columns = ({"metric": one, "bounds": draw(st.sampled_from(SIDES[one]))} for one in sides)
    cells = st.integers(0, 300).map(lambda mille: f"{mille}/1000")
    values = [[draw(cells) for _ in columns["bounds"]] for _ in rows["bounds"]]
    value = draw(st.sampled_from([None, "rate", "amount", "percent_of_target"]))
    made = {"mode": "matrix", "rows": rows, "columns": columns, "values": values}
    return made | ({"value": value} if value else {})


@st.composite
def tables(draw, mode):
    if mode == "matrix":
        return draw(matrices())
    by_quota = draw(st.booleans())
    table = {"mode": mode, "boundary": draw(st.sampled_from(BOUNDARIES))}
    if mode == "interp_points":
        ends = st.sampled_from(["flat", "extrapolate", 0, "0.25"])
        return table | {"points": draw(points()), "below": draw(ends), "above": draw(ends)}
    if mode == "proportional_ti":
        return table | {"floor": draw(st.sampled_from(["0.5", "0.8", 1]))}
    values = st.integers(0, 900) if mode in ("milestone", "interp_sum") else None
    steps = draw(tiers(values))
    if by_quota or mode == "overage_at_top":
        steps = [[f"{lo}/20000", hi and f"{hi}/20000", v] for lo, hi, v in steps]
        table["axis"] = "attainment"
    if mode == "milestone":
        table["reached"] = draw(st.sampled_from(["highest", "sum"]))
    if mode == "interp_sum":
        table["value"] = draw(st.sampled_from(["amount", "percent_of_target"]))
    return table | {"tiers": steps}


@st.composite
def plans(draw, mode):
    component = {
        "id": "c",
        "window": draw(st.sampled_from([*WINDOWS, "half", "transaction"])),
        "measure": draw(st.sampled_from(["amount", "margin", "count"])),
        "quota": {"Ana": draw(QUOTAS), "default": draw(QUOTAS)},
        "starting_value": draw(st.sampled_from([0, 50])),
    }
    lines = ("interp_points", "proportional_ti", "interp_sum")
    if mode != "matrix" and (draw(st.booleans()) or mode in lines):
        component["target_incentive"] = {"Ben": draw(QUOTAS), "default": draw(QUOTAS)}
    else:
        component["base_rate"] = {"Ana": "0.035", "default": draw(st.sampled_from(["1/3", "0.5"]))}
    if mode == "matrix":
        component["target_incentive"] = draw(QUOTAS)
    if mode != "flat":
        component["table"] = draw(tables(mode))
    stage = draw(st.sampled_from(STAGES))
    return plan_from_dict({"components": [component], "rounding": {"stage": stage}})


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=BOOKS or 60, deadline=None)
@given(data=st.data())
def test_the_twin_pays_every_row_and_payout_to_the_cent(mode, data):
    plan, facts = data.draw(plans(mode)), data.draw(books())
    version = plan.versions[0]

    exact, fast = evaluate(version, facts, METRICS), narrow(version, facts)

    assert rows_of(fast) == {
        (row.fact, row.payee): version.rounding.money(row.amount) for row in exact.trace
    }
    paid = {row["payee"]: Fraction(row["amount"], 100) for row in fast.payouts.to_dicts()}
    assert paid == {payout.payee: payout.amount for payout in exact.payouts}


def narrow(version, facts):
    """The twin's answer; books that need more than 128 bits belong to the exact engine."""
    try:
        return evaluate_volume(version, book_of(facts), METRICS)
    except DomainError as refusal:
        assume(refusal.code != "too_wide")
        raise


TEAM = Context(
    hierarchy=hierarchy_from(
        [
            {
                "effective_from": "2026-01-01",
                "manager_of": {"Ana": "Lee", "Ben": "Lee", "Lee": "Dee"},
            },
            {"effective_from": "2026-07-01", "manager_of": {"Ana": "Max", "Cy": "Lee"}},
        ]
    )
)
LIMITS = st.sampled_from(["transaction", "period", "plan"])


@st.composite
def whole_plans(draw):
    """Several components at once: steps under limits, an override, an amount per event."""
    steps = {"id": "s", "window": draw(st.sampled_from(WINDOWS)), "table": draw(tables("slab"))}
    steps["quota"] = draw(QUOTAS)
    steps["multipliers"] = [draw(st.sampled_from(["1", "1.2", "1/3"]))]
    steps["cap"] = {"scope": draw(LIMITS), "amount": draw(st.integers(0, 3000))}
    if draw(st.booleans()):
        steps["floor"] = {"scope": draw(LIMITS), "amount": f"{draw(st.integers(0, 900))}/7"}
    override = {"id": "o", "kind": "rollup", "levels": ["0.015", "1/300"], "window": "month"}
    event = {"id": "e", "kind": "per_event", "amount": {"Ana": "12.5", "default": 7}}
    flat = {"id": "f", "base_rate": "0.015", "order": ["cap", "multiplier"], "cap": 50,
            "multipliers": ["1.5"]}  # fmt: skip
    return plan_from_dict(
        {
            "components": [steps, override, event, flat],
            "rounding": {"stage": draw(st.sampled_from(STAGES))},
        }
    )


@settings(max_examples=BOOKS or 150, deadline=None)
@given(plan=whole_plans(), facts=books())
def test_whole_plans_with_limits_overrides_and_events_agree_to_the_cent(plan, facts):
    version = plan.versions[0]

    exact, fast = evaluate(version, facts, TEAM), evaluate_volume(version, book_of(facts), TEAM)

    money = version.rounding.money
    assert Counter(
        (row["component"], row["fact"], row["payee"], Fraction(row["amount"], 100))
        for row in fast.rows.to_dicts()
    ) == Counter((row.component, row.fact, row.payee, money(row.amount)) for row in exact.trace)
    assert {
        (row["component"], row["payee"]): Fraction(row["amount"], 100)
        for row in fast.payouts.to_dicts()
    } == {(payout.component, payout.payee): payout.amount for payout in exact.payouts}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_twin_moves_positions_as_the_reference_does(data):
    plan, facts = data.draw(plans("slab")), data.draw(books())
    version = plan.versions[0]

    exact, fast = evaluate(version, facts), evaluate_volume(version, book_of(facts))

    unit = fast.units["c"]
    places = {
        (row["fact"], row["payee"]): (Fraction(row["before"], unit), Fraction(row["after"], unit))
        for row in fast.rows.to_dicts()
    }
    assert places == {(row.fact, row.payee): (row.before, row.after) for row in exact.trace}


def rows_of(fast):
    return {
        (row["fact"], row["payee"]): Fraction(row["amount"], 100) for row in fast.rows.to_dicts()
    }


def sold(name, amount, **more):
    return Fact(
        id=name,
        date=dt.date(2026, 3, 1),
        values={"amount": amount, **more},
        credits=(Credit(payee="Ana"),),
    )


def version_of(component, **plan):
    return plan_from_dict({"components": [{"id": "c", **component}], **plan}).versions[0]


def test_filters_payees_and_roles_choose_the_same_lines():
    version = version_of({"base_rate": "0.1", "filter": {"product": ["A", "B"], "amount": 5}})
    facts = [sold("a", 5, product="A"), sold("b", 5, product="C"), sold("c", 6, product="A")]

    fast = evaluate_volume(version, book_of(facts))

    assert rows_of(fast) == {("a", "Ana"): Fraction(1, 2)}


@pytest.mark.parametrize(
    ("component", "why"),
    [
        ({"base_rate": "0.1", "cap": {"amount": 5, "refundable": True}}, "c: caps"),
        ({"base_rate": "0.1", "multipliers": [{"metric": "m"}]}, "c: multipliers"),
        ({"base_rate": "0.1", "threshold": 5}, "c: rule"),
        ({"base_rate": "0.1", "gates": [{"metric": "m", "value": 1}]}, "c: gates"),
        ({"base_rate": "0.1", "filter": {"amount": {">": 5}}}, "c: filter"),
        ({"kind": "pool", "amount": 5, "weights": {"A": 1}}, "c: kind pool"),
        (
            {
                "quota": 5,
                "table": {
                    "mode": "matrix",
                    "rows": {"metric": "attainment", "bounds": [0]},
                    "columns": {"metric": "other.attainment", "bounds": [0]},
                    "values": [["0.1"]],
                },
            },
            "c: table",
        ),
    ],
)
def test_what_the_twin_does_not_know_it_refuses(component, why):
    version = version_of(component)

    assert refusals(version) == (why,)
    with pytest.raises(DomainError) as refusal:
        evaluate_volume(version, book_of([sold("a", 5)]))
    assert refusal.value.code == "not_in_volume"


def test_numbers_too_wide_for_the_twin_are_refused_and_not_wrapped():
    primes = [999_999_937, 999_999_929, 999_999_893]
    tiers = [[i, i + 1, f"1/{prime}"] for i, prime in enumerate(primes)]
    version = version_of({"table": {"mode": "whole", "tiers": tiers}})

    with pytest.raises(DomainError) as refusal:
        evaluate_volume(version, book_of([sold("a", 10**15)]))

    assert refusal.value.code == "too_wide"


def test_an_amount_of_less_than_a_cent_is_refused_at_the_door():
    with pytest.raises(DomainError) as refusal:
        book_of([sold("a", "0.001")])

    assert refusal.value.code == "not_in_units"


@pytest.mark.parametrize("mode", ["flat", "slab", "whole", "milestone", "matrix"])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_line_of_the_twin_opens_to_the_slices_of_the_reference(mode, data):
    plan, facts = data.draw(plans(mode)), data.draw(books())
    version = plan.versions[0]
    exact = {(row.fact, row.payee): row for row in evaluate(version, facts, METRICS).trace}

    fast = evaluate_volume(version, book_of(facts), METRICS)

    for line in fast.rows.to_dicts():
        row = opened(version, line, fast.units, METRICS)
        assert row.slices == exact[row.fact, row.payee].slices
        assert row.unrounded + row.rounding == row.amount == Fraction(line["amount"], 100)


def test_both_engines_agree_on_every_worked_example_that_the_twin_can_run():
    compared = [case["id"] for case in read_exact(CASES)["cases"] if agreed(case)]

    assert len(compared) >= 30


def agreed(case):
    """Whether the twin ran this case; if it did, it paid what the exact engine pays."""
    if "plan" not in case or "error" in case["expected"]:
        return False
    plan = plan_from_dict(
        {**case["plan"], **({"rounding": case["rounding"]} if "rounding" in case else {})}
    )
    facts, context = facts_from(case.get("transactions") or ()), context_from(case)
    if len(plan.versions) != 1 or refusals(plan.versions[0]) or any(f.revision > 1 for f in facts):
        return False
    if "as_of" in case:
        return False
    context = replace(
        context.in_currency(plan.versions[0].currency, facts), adjustments=()
    )  # lines of their own, beside what a plan pays
    exact = evaluate(plan, facts, context)
    try:
        fast = evaluate_volume(plan.versions[0], book_of(facts, context), context)
    except DomainError as refusal:
        if refusal.code not in ("not_in_book", "not_in_units"):
            raise
        return False
    paid = {
        (p["component"], p["payee"]): Fraction(p["amount"], 100) for p in fast.payouts.to_dicts()
    }
    assert paid == {(p.component, p.payee): p.amount for p in exact.payouts}, case["id"]
    return True
