"""Every cent of closed months adds up: traces to earnings, earnings to statements, statements to the ledger.

That later edits of rules, rates and people change none of it is tried by `tests/drills/test_closed_months.py`.
"""

from __future__ import annotations

import random
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tonglu.compensation.core.storing import row_from_dict
from tonglu.compensation.models import (
    Earning,
    LedgerEntry,
    PlanVersion,
    Statement,
)
from tonglu.compensation.paper import problems_of
from tonglu.policy.testing import Cast

from .months import D, deal, month_closed, plan_issued

STEPS = {
    "components": [
        {
            "id": "steps",
            "clause": "3.2",
            "window": "year",
            "table": {"mode": "slab", "tiers": [[0, 20000, "0.03"], [20000, None, "0.0555"]]},
            "caps": [{"amount": 4000, "scope": "transaction"}],
        }
    ],
    "payment": [
        {"type": "holdback", "pct": "0.15", "release_after": 2},
        {"type": "draw_recoverable", "amount": 300},
    ],
}


@pytest.fixture
def book(cast: Cast) -> PlanVersion:
    """Three closed months of three people on a plan with steps, a cap, a hold and a draw."""
    people = [cast.ana, cast.ben, cast.cy]
    version = plan_issued(people, **deepcopy(STEPS))
    rng = random.Random(7)
    for month in (1, 2, 3):
        for person in people:
            for _ in range(2):
                amount = Decimal(rng.randrange(-200_00, 9000_00)) / 100
                deal(version, person, date(2026, month, rng.randrange(1, 28)), amount)
        month_closed(date(2026, month, 1))
    return version


def test_all_traces_add_up_to_the_ledger(book: PlanVersion) -> None:
    """Slices, steps and rounding make each earning; lines make each statement; statements make the ledger."""
    for earning in Earning.objects.all():
        rows = [row_from_dict(raw) for raw in earning.trace]
        parts = [piece.amount for row in rows for piece in row.slices]
        parts += [step.delta for row in rows for step in row.steps]
        assert sum(parts) + sum(row.rounding for row in rows) == earning.amount
    ledger: dict[tuple[Any, str], Decimal] = {}
    for one in LedgerEntry.objects.exclude(kind="paid"):
        key = (one.owner_id, one.kind)
        ledger[key] = ledger.get(key, D(0)) + one.amount
    told: dict[tuple[Any, str], Decimal] = {}
    for statement in Statement.objects.order_by("period__first_day"):
        assert problems_of(statement) == []
        for line in statement.lines:
            key = (statement.owner_id, line["kind"])
            told[key] = told.get(key, D(0)) + D(line["amount"])
        after = {name: D(one["after"]) for name, one in statement.accounts.items()}
        assert statement.payable == max(after.get("payable", D(0)), D(0)) == statement.paid
    assert told == ledger
    assert problems_of(_with_a_wrong_slice()) != []
    earned = sum(D(a) for (_, kind), a in ledger.items() if kind == "earned")
    assert earned == sum(Earning.objects.values_list("amount", flat=True))


def _with_a_wrong_slice() -> Statement:
    statement = Statement.objects.filter(earned__gt=0).order_by("pk")[0]
    line = next(one for one in statement.lines if one["kind"] == "earned")
    line["trace"][0]["slices"][0]["amount"] = "1"
    return statement
