"""A cap or floor of the whole plan counts contracts, pools and contests together, in the order in which they are booked."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.shared import alone, plan_with
from tonglu.compensation.core.storing import row_from_dict
from tonglu.compensation.models import Correction, Earning, PayFact
from tonglu.compensation.neutral import context_of, facts_recorded, payee_of, version_read
from tonglu.policy.testing import Cast

from .months import deal, month_closed, plan_issued

D = Decimal
MONTHS = [date(2026, month, 1) for month in (1, 2, 3)]
RATE = {"id": "commission", "window": "month", "base_rate": "0.1"}
EXTRA = {"id": "extra", "window": "year", "base_rate": "0.02", "filter": {"amount": {">": 3000}}}
MATRIX = {
    "id": "commission",
    "window": "month",
    "quota": "5000",
    "table": {
        "mode": "matrix",
        "rows": {"metric": "amount", "bounds": [-1000000, 1000]},
        "columns": {"metric": "amount", "bounds": [-1000000, 2500]},
        "values": [["0.05", "0.06"], ["0.08", "0.1"]],
    },
}
"""No row of it depends on a position alone, so its book is walked through."""


def shared(cast: Cast) -> list[dict[str, Any]]:
    weights = {f"p{cast.ana.pk}": 2, f"p{cast.ben.pk}": 1}
    return [
        {"id": "pool", "kind": "pool", "window": "month", "rate": "0.03", "weights": weights},
        {"id": "contest", "kind": "rank", "window": "quarter", "prizes": ["700", "200.55"]},
    ]


def booked(cast: Cast) -> Mapping[str, Decimal]:
    found = {payee_of(one.pk): D(0) for one in (cast.ana, cast.ben)}
    for owner, amount in Earning.objects.values_list("owner_id", "amount"):
        found[payee_of(owner)] += amount
    return found


def by_hand(version: Any, limits: Mapping[str, Any]) -> Mapping[str, Fraction]:
    """Each component over all facts, pools month by month; then the limits, over the sums of their spans."""
    plan, engine = version_read(version.definition)
    facts = PayFact.objects.filter(source_kind="orders.contract").order_by("pk")
    recorded = facts_recorded(facts.values_list("neutral", flat=True))
    sums: dict[tuple[str, date], Fraction] = {}
    for component in engine.components:
        only = plan_with(plan, alone(engine, component))
        for month in MONTHS if component.id == "pool" else [None]:
            own = [one for one in recorded if month is None or one.date.replace(day=1) == month]
            for row in evaluate(only, own, context_of(engine, {})).trace:
                key = (row.payee, (row.date or month or MONTHS[-1]).replace(day=1))
                sums[key] = sums.get(key, Fraction(0)) + row.unrounded
    for limit, clamp in [
        *((one, min) for one in limits.get("caps", ())),
        *((one, max) for one in limits.get("floors", ())),
    ]:
        spans: dict[tuple[str, Any], Fraction] = {}
        for (payee, month), amount in sums.items():
            key = (payee, month if limit["scope"] == "month" else MONTHS[-1])
            spans[key] = spans.get(key, Fraction(0)) + amount
        sums = {key: clamp(paid, Fraction(limit["amount"])) for key, paid in spans.items()}
    payees = {payee for payee, _ in sums}
    return {one: sum(v for (who, _), v in sums.items() if who == one) for one in payees}


@pytest.mark.parametrize(
    "limits",
    [
        {"caps": [{"amount": 900, "scope": "year"}]},
        {
            "caps": [{"amount": "500.25", "scope": "month"}],
            "floors": [{"amount": 120, "scope": "month"}],
        },
        {
            "caps": [{"amount": 1100, "scope": "plan"}],
            "floors": [{"amount": 1000, "scope": "quarter"}],
        },
    ],
)
@pytest.mark.parametrize("first", [RATE, MATRIX], ids=["from traces", "walked"])
def test_months_with_pools_and_contests_are_paid_as_their_sums_under_the_limits(
    limits: dict[str, Any], first: dict[str, Any], cast: Cast
) -> None:
    components = [first, EXTRA, *shared(cast)]
    version = plan_issued([cast.ana, cast.ben], components=components, **limits)
    pick = random.Random(str(limits))
    for number, month in enumerate(MONTHS):
        for _ in range(4):
            day = month + timedelta(days=pick.randrange(28))
            person = pick.choice([cast.ana, cast.ben])
            deal(version, person, day, D(pick.randrange(-60_000, 450_000)) / 100)
        if number:  # late: the pool of the month before is worked out again
            deal(version, cast.ben, MONTHS[number - 1] + timedelta(days=9), D("1234.56"))
        month_closed(month)

    paid = booked(cast)
    for payee, exact in by_hand(version, limits).items():
        assert abs(Fraction(paid[payee]) - exact) <= Fraction(
            "0.02"
        )  # each component is rounded by itself
    cut = [row_from_dict(raw) for one in Earning.objects.all() for raw in one.trace]
    assert any(step.code.startswith("plan_") for row in cut for step in row.steps)
    for row in cut:
        assert row.unrounded + row.rounding == row.amount


def test_a_pool_that_is_cut_off_says_so_and_leaves_nothing_for_later_sales(cast: Cast) -> None:
    version = plan_issued(
        [cast.ana, cast.ben],
        components=[RATE, shared(cast)[0]],
        caps=[{"amount": 1000, "scope": "year"}],
    )
    deal(version, cast.ana, date(2026, 1, 8), "9000")  # 900, and 180 of the pool: 80 too much
    month_closed(MONTHS[0])

    share = Earning.objects.get(component="pool", owner=cast.ana)
    assert share.amount == D("100.00")
    assert "1,000.00" in share.sentence
    assert Earning.objects.get(component="pool", owner=cast.ben).amount == D("90.00")

    deal(version, cast.ana, date(2026, 2, 3), "500")
    assert Earning.objects.filter(component="commission").latest("pk").amount == 0

    deal(version, cast.ana, date(2026, 2, 4), "-3000")  # 900 + 180 + 50 - 300 = 830
    month_closed(MONTHS[1])  # and the pool of February takes 50 back: 780
    assert booked(cast)[payee_of(cast.ana.pk)] == D("780.00")
    assert not Correction.objects.exists()
