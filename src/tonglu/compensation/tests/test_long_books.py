"""Signing with a long book behind one: what was recorded before is not walked through, and nobody is paid another cent."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.models import Earning, PayFact
from tonglu.compensation.neutral import (
    context_of,
    facts_recorded,
    money_of,
    trace_json,
    version_named,
)
from tonglu.compensation.selectors import quotas_of
from tonglu.compensation.tests.months import deal, plan_issued
from tonglu.policy.testing import Cast

TIERS = [[0, 40_000, "0.01"], [40_000, 90_000, "0.0333"], [90_000, None, "0.07"]]
STEPS: dict[str, Any] = {
    "id": "commission",
    "clause": "1",
    "window": "year",
    "table": {"mode": "marginal", "tiers": TIERS},
}
CAPPED = {**STEPS, "caps": [{"amount": "3000", "scope": "period"}]}
GATED = {
    **STEPS,
    "quota": "60000",
    "gates": [{"metric": "attainment", "op": ">=", "value": "0.5", "on_fail": "zero"}],
}
VISITS = {
    "id": "commission",
    "clause": "1",
    "kind": "per_event",
    "window": "month",
    "amount": 50,
    "most": 3,
}
MATRIX = {
    **STEPS,
    "quota": "60000",
    "table": {
        "mode": "matrix",
        "rows": {"metric": "attainment", "bounds": [0, 1]},
        "columns": {"metric": "amount", "bounds": [-1000000, 50000]},
        "values": [["0.01", "0.02"], ["0.03", "0.04"]],
    },
}


def book(version: Any, cast: Cast, count: int = 25) -> None:
    """Sales of Ana recorded in no order of their days."""
    pick = random.Random(7)
    for _ in range(count):
        day = date(2026, 1, 1) + timedelta(days=pick.randrange(150))
        deal(version, cast.ana, day, Decimal(pick.randrange(-200_000, 2_500_000)) / 100)


@pytest.mark.parametrize(
    "component",
    [STEPS, CAPPED, GATED, VISITS, MATRIX],
    ids=["steps", "cap of a window", "gate", "per event", "walked"],
)
def test_every_sale_is_paid_after_all_that_was_recorded_before_it(
    component: dict[str, Any], cast: Cast
) -> None:
    version = plan_issued([cast.ana], components=[component])

    book(version, cast)

    plan, engine = version_named(version.definition, version.number)
    around = context_of(engine, quotas_of(version, [cast.ana.pk]))
    told = {one.fact_id: one for one in Earning.objects.all()}
    facts = list(PayFact.objects.order_by("pk"))
    for number, fact in enumerate(facts, start=1):
        neutrals = facts_recorded(one.neutral for one in facts[:number])
        last = evaluate(plan, neutrals, around).rows(fact=fact.neutral["id"])[0]
        if component is not GATED:
            assert told[fact.pk].sentence == explain(last, "en")
        assert told[fact.pk].trace[0]["slices"] == told_slices(last)
    if component is GATED:  # a gate that opens lifts what was paid before in one run only
        return
    exact = evaluate(plan, facts_recorded(one.neutral for one in facts), around)
    assert sum(one.amount for one in told.values()) == money_of(exact.payouts[0].amount)


BY_PAY = {**STEPS, "id": "kick", "gates": [{"metric": "commission.payout", "value": 200}]}
OF_PLAN: dict[str, Any] = {"caps": [{"amount": 500, "scope": "plan"}], "floors": [{"amount": 9}]}


@pytest.mark.parametrize(
    "body",
    [
        *({"components": [one]} for one in (STEPS, CAPPED, GATED, VISITS)),
        {"components": [STEPS, BY_PAY]},
        {"components": [STEPS], **OF_PLAN},
    ],
)
def test_signing_reads_no_earlier_fact(body: dict[str, Any], cast: Cast) -> None:
    version = plan_issued([cast.ana], **body)
    book(version, cast, count=3)

    with CaptureQueriesContext(connection) as asked:
        deal(version, cast.ana, date(2026, 6, 1), 1_000)

    selects = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
    assert not [sql for sql in selects if '"compensation_payfact"."neutral"' in sql]


def told_slices(row: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = trace_json(row)["slices"]
    return found
