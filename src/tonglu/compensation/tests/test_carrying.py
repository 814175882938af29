"""A later version of a plan goes on counting where the older ones stand: signing pays what the engine pays over the plan with all its versions."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.trace import Row
from tonglu.compensation.faces.books import book_of
from tonglu.compensation.faces.lifting import Lifting
from tonglu.compensation.models import Earning, PayFact, PlanVersion
from tonglu.compensation.neutral import (
    context_of,
    fact_read,
    facts_recorded,
    money_of,
    payee_of,
    trace_json,
    version_read,
)
from tonglu.compensation.selectors import quotas_of
from tonglu.compensation.services.corrections import repriced
from tonglu.compensation.services.earning import Deal, deal_neutral
from tonglu.policy.testing import Cast

from .months import deal, month_closed, plan_issued, version_after
from .test_long_books import MATRIX, STEPS

D = Decimal
BEGINS = (date(2026, 1, 1), date(2026, 5, 20), date(2026, 9, 1))
HIGHER: dict[str, Any] = {
    **STEPS,
    "table": {"mode": "marginal", "tiers": [[0, 60_000, "0.02"], [60_000, None, "0.0911"]]},
}
WHOLE: dict[str, Any] = {
    **STEPS,
    "table": {
        "mode": "slab",
        "boundary": "lower_inclusive",
        "tiers": [[0, 50_000, "0.0133"], [50_000, 110_000, "0.03"], [110_000, None, "0.05"]],
    },
}
QUOTA = {
    **STEPS,
    "quota": "90000",
    "table": {
        "mode": "marginal",
        "axis": "attainment",
        "tiers": [[0, "0.5", "0.01"], ["0.5", 1, "0.04"], [1, None, "0.08"]],
    },
}


def capped(amount: str, **more: Any) -> dict[str, Any]:
    return {**STEPS, "caps": [{"amount": amount, "scope": "period", **more}]}


MONTHLY = {**STEPS, "window": "month", "base_rate": "0.05", "table": None}
BY_YEAR = {"id": "commission", "window": "month", "base_rate": "0.0511"}
VISITS = {"id": "commission", "kind": "per_event", "window": "year", "amount": 50, "most": 9}
GATED = {
    **STEPS,
    "quota": "60000",
    "gates": [{"metric": "attainment", "op": ">=", "value": "0.5", "on_fail": "zero"}],
}
LINEAR = {
    "id": "commission",
    "kind": "linear",
    "window": "year",
    "fixed": "100",
    "rate": "0.01",
    "amount_free": "5000",
}
CASES: Mapping[str, tuple[dict[str, Any], ...]] = {
    "steps": ({"components": [STEPS]}, {"components": [HIGHER]}, {"components": [STEPS]}),
    "whole": ({"components": [WHOLE]}, {"components": [{**WHOLE, "base_rate": "2"}]}),
    "quota": ({"components": [QUOTA]}, {"components": [{**QUOTA, "quota": "70000"}]}),
    "another measure": (
        {"components": [STEPS]},
        {"components": [{**STEPS, "measure": "count", "table": {**STEPS["table"], "tiers": [[0, 12, "9"], [12, None, "20.01"]]}}]},
    ),
    "a cap as before": ({"components": [capped("3000")]}, {"components": [capped("3000")]}),
    "a higher cap": ({"components": [capped("2000")]}, {"components": [capped("4000")]}),
    "a lower cap": (
        {"components": [capped("3000")]},
        {"components": [capped("1000")]},
        {"components": [capped("5000")]},
    ),
    "a cap over a year of months": (
        {"components": [{**BY_YEAR, "caps": [{"amount": 2000, "scope": "year"}]}]},
        {"components": [{**BY_YEAR, "caps": [{"amount": 3000, "scope": "year"}]}]},
    ),
    "caps and floors of the plan": (
        {"components": [BY_YEAR], "caps": [{"amount": 2500}], "floors": [{"amount": 60}]},
        {"components": [STEPS], "caps": [{"amount": 4500}], "floors": [{"amount": 90}]},
        {"components": [STEPS], "caps": [{"amount": 4500}]},
    ),
    "a component that begins later": (
        {"components": [BY_YEAR]},
        {"components": [BY_YEAR, {**WHOLE, "id": "kick"}]},
    ),
    "per event": ({"components": [VISITS]}, {"components": [{**VISITS, "most": 14}]}),
    "a gate": ({"components": [GATED]}, {"components": [GATED]}),
    "linear, walked": ({"components": [LINEAR]}, {"components": [{**LINEAR, "rate": "0.03"}]}),
    "matrix, walked": (
        {"components": [STEPS]},
        {"components": [MATRIX], "caps": [{"amount": 5000}]},
    ),
    "from nothing": (
        {"components": [STEPS]},
        {"components": [HIGHER], "version_select": {"continuity": "reset"}},
    ),
}  # fmt: skip


ROUNDED_APART = ("from nothing", "a gate")
"""One run of the engine rounds sums across a version that begins from nothing, and lifts earlier sales when a gate opens. Sums of months
that are mixed are rounded month by month there."""


def versions(people: list[Any], bodies: tuple[dict[str, Any], ...]) -> list[PlanVersion]:
    """A plan in several versions, each from its day on."""
    found = [plan_issued(people, **bodies[0])]
    for day, body in zip(BEGINS[1:], bodies[1:], strict=False):
        found.append(version_after(found[0].plan, day, **body))
    return found


def of_day(found: list[PlanVersion], day: date) -> PlanVersion:
    """The version in force on a day."""
    return [one for one, begins in zip(found, BEGINS, strict=False) if begins <= day][-1]


def sales(found: list[PlanVersion], cast: Cast, *, mixed: bool = False, count: int = 30) -> None:
    """Sales of two people over ten months, version by version; `mixed`: within each in no order of their days."""
    pick = random.Random(3)
    days = [date(2026, 1, 1) + timedelta(days=pick.randrange(300)) for _ in range(count)]
    in_turn = sorted(days) if not mixed else days
    for day in sorted(in_turn, key=lambda day: of_day(found, day).number):
        person = cast.ana if pick.randrange(3) else cast.ben
        amount = Decimal(pick.randrange(-150_000, 1_500_000)) / 100
        deal(of_day(found, day), person, day, amount)


def joined(found: list[PlanVersion]) -> Any:
    """The plan with all its versions, for the engine; reset by one of them holds for all that it follows."""
    bodies = []
    select: dict[str, Any] = {"anchor": "date", "continuity": "carry"}
    for one in found:
        body = dict(one.definition)
        select |= body.pop("version_select", {})
        bodies.append({**body, "id": str(one.pk)})
    return version_read({"version_select": select, "versions": bodies})[0]


def by_hand(found: list[PlanVersion], recorded: list[PayFact]) -> list[Row]:
    """The engine's rows of the last fact recorded, over the whole plan."""
    plan = joined(found)
    neutrals = [{**one.neutral, "plan_version": str(one.plan_version_id)} for one in recorded]
    people = {int(c["payee"][1:]) for one in neutrals for c in one["credits"]}
    version = recorded[-1].plan_version
    around = context_of(plan.versions[-1], quotas_of(version, people))
    result = evaluate(plan, facts_recorded(neutrals), around)
    return list(result.rows(fact=neutrals[-1]["id"]))


def told(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["component"], row.get("before"), row.get("after"), row["slices"], row["steps"]


@pytest.mark.parametrize("mixed", [False, True], ids=["in order", "mixed"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_signing_pays_what_the_engine_pays_over_all_versions(
    case: str, mixed: bool, cast: Cast
) -> None:
    found = versions([cast.ana, cast.ben], CASES[case])

    sales(found, cast, mixed=mixed)

    stored = {(one.fact_id, one.owner_id, one.component): one for one in Earning.objects.all()}
    recorded = list(PayFact.objects.order_by("pk"))
    for number, fact in enumerate(recorded, start=1):
        for row in by_hand(found, recorded[:number]):
            earning = stored.pop((fact.pk, int(row.payee[1:]), row.component))
            assert told(earning.trace[0]) == told(trace_json(row)), (fact, case)
            if not mixed and case not in ROUNDED_APART:
                assert earning.amount == money_of(row.amount)
    assert not stored


def test_a_sale_of_an_older_version_that_comes_late_counts_for_what_is_signed_after_it(
    cast: Cast,
) -> None:
    first, second = versions([cast.ana], ({"components": [STEPS]}, {"components": [HIGHER]}))
    deal(first, cast.ana, date(2026, 3, 1), 30_000)
    before = deal(second, cast.ana, date(2026, 6, 1), 20_000)
    late = deal(first, cast.ana, date(2026, 5, 19), 25_000)
    after = deal(second, cast.ana, date(2026, 6, 2), 10_000)

    paid = {one.fact_id: one for one in Earning.objects.all()}
    assert paid[before.pk].trace[0]["before"] == "30000"
    assert paid[late.pk].trace[0]["before"] == "30000"
    assert paid[after.pk].trace[0]["before"] == "75000"
    assert paid[after.pk].amount == D("911.00")


def test_a_window_that_begins_after_the_version_reads_nothing_older(cast: Cast) -> None:
    found = versions([cast.ana], ({"components": [STEPS]}, {"components": [HIGHER]}))
    sales(found, cast, count=6)

    with CaptureQueriesContext(connection) as asked:
        made = deal(found[1], cast.ana, date(2027, 1, 2), 1_000)

    assert Earning.objects.get(fact=made).trace[0].get("before", "0") == "0"
    selects = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
    assert not [sql for sql in selects if '"compensation_payfact"."neutral"' in sql]


@pytest.mark.parametrize("case", [one for one in CASES if one != "a gate"], ids=str)
def test_what_a_deal_would_pay_is_what_it_pays(case: str, cast: Cast) -> None:
    found = versions([cast.ana, cast.ben], CASES[case])
    sales(found, cast)
    day, amount = date(2026, 11, 20), D("7777.77")
    version = of_day(found, day)
    one = Deal(
        contract_id=None,
        account_id=None,
        day=day,
        amount=amount,
        cost=None,
        discount=None,
        credits=((cast.ana.pk, D(100), "direct"),),
    )

    told_ = book_of(version, cast.ana.pk, day).add(
        [fact_read(deal_neutral(one, one.credits, "deal"))], "en"
    )

    made = deal(version, cast.ana, day, amount)
    earnings = Earning.objects.filter(fact=made, owner=cast.ana)
    assert told_.adds == sum((one.amount for one in earnings), D(0))
    positions = {one.component: one.trace[0].get("after") for one in earnings}
    for step in told_.steps:
        assert D(positions[step.component]) == step.position


STEP_UP: dict[str, Any] = {
    "id": "override",
    "kind": "rollup",
    "window": "year",
    "roles": ["direct"],
    "table": {"mode": "marginal", "tiers": [[0, 40_000, "0.001"], [40_000, None, "0.01"]]},
}


def test_a_managers_step_counts_what_was_sold_below_under_older_versions(cast: Cast) -> None:
    for one in (cast.ana, cast.ben):
        one.manager = cast.lee
        one.save()
    found = versions(
        [cast.ana, cast.ben],
        ({"components": [STEPS, STEP_UP]}, {"components": [HIGHER, STEP_UP]}),
    )
    deal(found[0], cast.ana, date(2026, 2, 1), 30_000)
    deal(found[0], cast.ben, date(2026, 2, 2), 5_000)
    one = Deal(
        contract_id=None,
        account_id=None,
        day=date(2026, 6, 1),
        amount=D(15_000),
        cost=None,
        discount=None,
        credits=((cast.ana.pk, D(100), "direct"),),
    )

    would = Lifting(cast.lee.pk).adds([("deal", one)], apart=True)
    made = deal(found[1], cast.ana, date(2026, 6, 1), 15_000)

    paid = Earning.objects.get(fact=made, owner=cast.lee)
    assert paid.amount == D("5.00") + D("100.00") == would["deal"]


def test_a_sale_is_repriced_after_what_older_versions_counted(cast: Cast) -> None:
    found = versions(
        [cast.ana],
        ({"components": [STEPS]}, {"components": [HIGHER]}, {"components": [capped("300")]}),
    )
    deal(found[0], cast.ana, date(2026, 2, 1), 38_000)
    made = deal(found[1], cast.ana, date(2026, 6, 1), 5_000)
    earning = Earning.objects.get(fact=made)

    def again(version: PlanVersion) -> Decimal:
        return sum((money_of(row.amount) for row in repriced(earning, version)), D(0))

    assert earning.amount == again(found[1]) == D(100)
    assert again(found[0]) == D(20) + D("99.90")
    assert again(found[2]) == D(20) + D("99.90")
    assert payee_of(cast.ana.pk) in str(made.neutral)


def test_what_a_pool_pays_counts_on_towards_the_limit_of_the_plan(cast: Cast) -> None:
    limit = {"caps": [{"amount": "900", "scope": "year"}]}
    weights = {payee_of(cast.ana.pk): 1}
    pool = {"id": "pool", "kind": "pool", "window": "month", "rate": "0.05", "weights": weights}
    flat = {"id": "commission", "window": "month", "base_rate": "0.1"}
    found = versions(
        [cast.ana],
        ({"components": [flat, pool], **limit}, {"components": [flat, pool], **limit}),
    )
    deal(found[0], cast.ana, date(2026, 4, 10), 4_000)
    deal(found[1], cast.ana, date(2026, 6, 10), 3_000)

    month_closed(date(2026, 4, 1), until="calculated")
    month_closed(date(2026, 6, 1), until="calculated")

    paid = dict(Earning.objects.filter(component="pool").values_list("earned_on", "amount"))
    assert paid == {date(2026, 4, 30): D(200), date(2026, 6, 30): D(0)}
