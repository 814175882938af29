"""A sale priced from where its payees stand earns what walking through every earlier sale would have earned, row by row."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tonglu.compensation.core.condensing import Stand, condensed, continued, may_condense, stand_of
from tonglu.compensation.core.context import Context
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.core.model.amounts import amounts_from
from tonglu.compensation.core.model.plan import PlanVersion
from tonglu.compensation.core.storing import row_to_dict
from tonglu.compensation.core.trace import Row
from tonglu.compensation.neutral import facts_recorded, version_read

QUOTAS = Context(quotas=amounts_from({"sales": {"p1": "90000"}, "over": {"p9": "150000"}}))
STEPS = [
    {"from": "0", "to": "20000", "rate": "0.01"},
    {"from": "20000", "to": "70000", "rate": "0.0333"},
    {"from": "70000", "rate": "0.07"},
]


LIMITED: list[list[dict[str, Any]]] = [
    [],
    [{"id": "visits", "kind": "per_event", "window": "month", "amount": "50", "most": 2}],
    [
        {
            "id": "visits",
            "kind": "per_event",
            "window": "quarter",
            "table": {"mode": "whole", "tiers": [["0", "3", "100"], ["3", None, "150"]]},
        }
    ],
    *(
        [
            {
                "id": "extra",
                "window": "month",
                "base_rate": "0.05",
                "caps": [
                    {"amount": "1500", "scope": "transaction"},
                    {"amount": most, "scope": scope},
                ],
            }
        ]
        for most, scope in (("700", "period"), ("900.55", "quarter"), ("1234.56", "plan"))
    ),
    [
        {
            "id": "extra",
            "window": "year",
            "table": {"mode": "marginal", "tiers": STEPS},
            "floors": [{"amount": "250", "scope": "month"}],
        }
    ],
]
"""Amounts per event, and limits over several sales."""
GATED: list[dict[str, Any]] = [
    {
        "id": "own",
        "quota": "50000",
        "table": {"mode": "slab", "axis": "attainment", "tiers": [[0, 1, "0.1"], [1, None, "0.2"]]},
        "gates": [{"metric": "attainment", "op": ">=", "value": "0.5", "on_fail": "first_tier"}],
    },
    {
        "id": "kick",
        "base_rate": "0.01",
        "gates": [{"metric": "sales.attainment", "op": ">=", "value": "0.3", "on_fail": "zero"}],
    },
    {
        "id": "kick",
        "base_rate": "0.01",
        "filter": {"amount": {">=": "15000"}},
        "multipliers": [{"metric": "sales.attainment", "min": "0", "max": "1.5"}],
    },
    {
        "id": "kick",
        "base_rate": "0.01",
        "filter": {"amount": {">=": "15000"}},
        "gates": [{"metric": "sales.payout", "op": ">=", "value": "500", "on_fail": "zero"}],
        "multipliers": [{"metric": "sales.payout", "tiers": [[None, 700, 1], [700, None, "1.2"]]}],
    },
]
"""Gates and multipliers on positions and pay in the same windows."""
OF_PLAN: list[dict[str, Any]] = [
    {},
    {"caps": [{"amount": "1500", "scope": "plan", "refundable": True}]},
    {"caps": [{"amount": "400", "scope": "transaction"}, {"amount": "777.77", "scope": "month"}]},
    {
        "caps": [{"amount": "900", "scope": "period"}],
        "floors": [{"amount": "300", "scope": "quarter"}],
    },
    {"floors": [{"amount": "50", "scope": "month"}, {"amount": "333.33", "scope": "year"}]},
]
"""Caps and floors over all components of a plan."""


def gated() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda plan, more: {
            "rounding": plan["rounding"],
            "components": [
                {"quota": "60000", **plan["components"][0]},
                *plan["components"][1:],
                {"window": plan["components"][0]["window"], **more},
            ],
        },
        plans(),
        st.sampled_from(GATED),
    )


def plans() -> st.SearchStrategy[dict[str, Any]]:
    """Sales by steps of every mode and window, limits of a single sale, and an override with or without steps."""
    sales = st.fixed_dictionaries(
        {
            "id": st.just("sales"),
            "window": st.sampled_from(["month", "quarter", "year", "all", "transaction"]),
            "table": st.fixed_dictionaries(
                {"mode": st.sampled_from(["marginal", "whole"]), "tiers": st.just(STEPS)}
            ),
        },
        optional={
            "measure": st.just("margin"),
            "starting_value": st.sampled_from(["5000", {"p1": "15000"}]),
            "caps": st.just([{"amount": "900", "scope": "transaction"}]),
        },
    )
    over = st.fixed_dictionaries(
        {"id": st.just("over"), "kind": st.just("rollup"), "window": st.just("year")},
    ).flatmap(
        lambda one: st.sampled_from(
            [
                {**one, "levels": ["0.02", "0.007"]},
                {**one, "table": {"mode": "marginal", "tiers": STEPS}},
                {**one, "levels": ["0.1"], "basis": "sales"},
            ]
        )
    )
    rounding = st.sampled_from(["telescoping", "transaction"])
    return st.builds(
        lambda a, b, more, limits, stage: {
            "components": [a, b, *more],
            "rounding": {"stage": stage},
            **limits,
        },
        sales,
        over,
        st.sampled_from(LIMITED),
        st.sampled_from(OF_PLAN),
        rounding,
    )


def books() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Sales in the order in which they were recorded, some of them late, alone or shared, under one manager or two."""
    cents = st.integers(min_value=-300_000, max_value=4_000_000).map(
        lambda c: f"{c // 100}.{c % 100:02}"
    )
    credits = st.sampled_from(
        [
            [{"payee": "p1", "pct": "100", "path": ["p9", "p10"]}],
            [
                {"payee": "p1", "pct": "33.3333", "path": ["p9"]},
                {"payee": "p2", "pct": "66.6667", "path": ["p9", "p10"]},
            ],
            [{"payee": "p2", "pct": "100"}],
        ]
    )
    fact = st.fixed_dictionaries(
        {
            "date": st.integers(0, 200).map(lambda n: str(date(2026, 1, 1) + timedelta(days=n))),
            "amount": cents,
            "cost": cents,
            "credits": credits,
        }
    )
    return st.lists(fact, min_size=2, max_size=9).map(
        lambda found: [{**one, "id": f"f{n}"} for n, one in enumerate(found)]
    )


@settings(max_examples=200, deadline=None)
@given(st.one_of(plans(), gated()), books())
def test_pricing_from_the_stand_is_pricing_after_the_whole_book(
    definition: dict[str, Any], book: list[dict[str, Any]]
) -> None:
    plan, version = version_read(definition)
    assert may_condense(version)
    stored: list[Row] = []

    for number in range(1, len(book) + 1):
        facts = facts_recorded(book[:number])
        whole = [row for row in evaluate(plan, facts, QUOTAS).trace if row.fact == f"f{number - 1}"]
        short = priced(version, facts[-1], stored)

        assert sorted(map(opened, short)) == sorted(map(opened, whole))
        stored += short

    for (payee, component), exact in totals(stored, "unrounded").items():
        if version.rounding.stage == "telescoping":
            paid = totals(stored, "amount")[payee, component]
            assert paid == version.rounding.money(exact)


@settings(max_examples=60, deadline=None)
@given(plans(), books())
def test_a_book_recorded_in_the_order_of_its_days_is_paid_to_the_cent_as_in_one_run(
    definition: dict[str, Any], book: list[dict[str, Any]]
) -> None:
    plan, version = version_read(definition)
    in_turn = [
        {**one, "id": f"f{n}"} for n, one in enumerate(sorted(book, key=lambda one: one["date"]))
    ]
    facts = facts_recorded(in_turn)
    stored: list[Row] = []
    for fact in facts:
        stored += priced(version, fact, stored)

    at_once = evaluate(plan, facts, QUOTAS)

    assert sorted(map(row_key, stored)) == sorted(map(row_key, at_once.trace))
    assert {(row.fact, explain(row, "zh")) for row in stored} == {
        (row.fact, explain(row, "zh")) for row in at_once.trace
    }


GATED_CAP = {
    "id": "sales",
    "window": "quarter",
    "quota": "60000",
    "base_rate": "0.05",
    "gates": [{"metric": "attainment", "op": ">=", "value": "0.5", "on_fail": "zero"}],
    "caps": [{"amount": "1200", "scope": "period"}],
}


@settings(max_examples=60, deadline=None)
@given(books())
def test_what_a_gate_never_paid_fills_no_cap(book: list[dict[str, Any]]) -> None:
    _, version = version_read(
        {"components": [GATED_CAP], "caps": [{"amount": "2000", "scope": "plan"}]}
    )
    assert may_condense(version)
    stored: list[Row] = []
    for fact in facts_recorded(book):
        stored += priced(version, fact, stored)

    for payee in {row.payee for row in stored}:
        own = [row for row in stored if row.payee == payee]
        under = Fraction(0)
        for window in {row.window for row in own}:
            uncut = [row.slices[0].amount for row in own if row.window == window and not shut(row)]
            under += min(sum(uncut, Fraction(0)), Fraction(1200))
        assert sum(row.unrounded for row in own) == min(under, Fraction(2000))


def shut(row: Row) -> bool:
    return any(step.code == "gate" for step in row.steps)


def priced(version: PlanVersion, fact: Any, stored: list[Row]) -> list[Row]:
    """The rows of a fact from where the stored rows have brought everybody."""
    by_payee: dict[str, list[dict[str, Any]]] = {}
    for row in stored:
        by_payee.setdefault(row.payee, []).append(row_to_dict(row))
    stands: dict[str, Stand] = {payee: stand_of(rows) for payee, rows in by_payee.items()}
    result = evaluate(condensed(version, stands), [fact], QUOTAS)
    return continued(result.trace, stands, version.rounding)


def opened(row: Row) -> tuple[Any, ...]:
    own = (row.payee, row.component, row.window, row.before, row.after, row.unrounded)
    return (*own, repr(row.slices), repr(row.steps))


def row_key(row: Row) -> tuple[Any, ...]:
    return (row.fact, row.payee, row.component, row.before, row.after, row.amount)


def totals(rows: list[Row], of: str) -> dict[tuple[str, str], Any]:
    sums: dict[tuple[str, str], Any] = {}
    for row in rows:
        key = (row.payee, row.component)
        sums[key] = sums.get(key, 0) + getattr(row, of)
    return sums
