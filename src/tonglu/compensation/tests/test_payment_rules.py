"""Holds, draws, guarantees, caps and recoveries of a plan, month by month, as balanced movements."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tonglu.compensation.models import LedgerEntry, PlanMember, Statement
from tonglu.compensation.services.ledger import Kind, Movement, move, period_for
from tonglu.policy.testing import Cast

from .months import SYSTEM, D, balances, deal, month_closed, plan_issued, version_after

MONTHS = [date(2026, month, 1) for month in range(1, 7)]


def paid_by_month(cast: Cast, sales: list[int], *rules: dict[str, Any]) -> list[str]:
    """What Ana is paid for months of sales under the rules; ten percent is earned."""
    version = plan_issued([cast.ana], payment=list(rules))
    for first, amount in zip(MONTHS, sales, strict=False):
        if amount:
            deal(version, cast.ana, first.replace(day=9), amount)
        month_closed(first)
    paid = Statement.objects.filter(owner=cast.ana).order_by("period__first_day")
    return [f"{one.paid:.0f}" for one in paid]


CASES: dict[str, tuple[list[int], list[dict[str, Any]], list[str], dict[str, int]]] = {
    "a hold is let go after two months": (
        [10000, 0, 0],
        [{"type": "holdback", "pct": "0.15", "release_after": 2}],
        ["850", "0", "150"],
        {"expense": 1000, "cash": 1000},
    ),
    "a hold without an end stays": (
        [10000, 10000],
        [{"type": "holdback", "pct": "0.15"}],
        ["850", "850"],
        {"expense": 2000, "cash": 1700, "retained": 300},
    ),
    "a draw is advanced and recovered": (
        [2000, 9000, 9000],
        [{"type": "draw_recoverable", "amount": 500}],
        ["500", "600", "900"],
        {"expense": 2000, "cash": 2000},
    ),
    "a draw of which something is still owed": (
        [2000, 1000],
        [{"type": "draw_recoverable", "amount": 500}],
        ["500", "500"],
        {"expense": 300, "cash": 1000, "draw": 700},
    ),
    "a draw that is forgiven at its end": (
        [2000, 1000, 9000],
        [{"type": "draw_recoverable_forgiven", "amount": 500, "term": 2}],
        ["500", "500", "900"],
        {"expense": 1900, "cash": 1900},
    ),
    "a guarantee is made up and never owed": (
        [2000, 9000],
        [{"type": "guarantee", "amount": 500}],
        ["500", "900"],
        {"expense": 1400, "cash": 1400},
    ),
    "above the cap is paid later": (
        [9000, 1000],
        [{"type": "cap", "amount": 600, "excess": "carry_forward"}],
        ["600", "400"],
        {"expense": 1000, "cash": 1000},
    ),
    "above the cap is forfeited": (
        [9000, 1000],
        [{"type": "cap", "amount": 600, "excess": "forfeit"}],
        ["600", "100"],
        {"expense": 700, "cash": 700},
    ),
    "a month below zero is set against the next": (
        [-1000, 5000],
        [{"type": "negative_carry"}],
        ["0", "400"],
        {"expense": 400, "cash": 400},
    ),
    "a month below zero without a rule": (
        [-1000, 5000],
        [],
        ["0", "400"],
        {"expense": 400, "cash": 400},
    ),
    "a hold, then a cap": (
        [10000, 0],
        [
            {"type": "holdback", "pct": "0.1", "release_after": 1},
            {"type": "cap", "amount": 800, "excess": "carry_forward"},
        ],
        ["800", "200"],
        {"expense": 1000, "cash": 1000},
    ),
}


@pytest.mark.parametrize(("sales", "rules", "paid", "left"), CASES.values(), ids=CASES)
def test_a_rule_of_the_plan_in_the_months(
    cast: Cast,
    sales: list[int],
    rules: list[dict[str, Any]],
    paid: list[str],
    left: dict[str, int],
) -> None:
    assert paid_by_month(cast, sales, *rules) == paid
    assert balances(cast.ana) == {account: D(amount) for account, amount in left.items()}
    for statement in Statement.objects.filter(owner=cast.ana):
        booked = statement.period.entries.filter(owner=cast.ana).exclude(kind="paid")
        assert {line["key"]: D(line["amount"]) for line in statement.lines} == dict(
            booked.values_list("key", "amount")
        )


def test_a_hold_is_let_go_when_the_member_is_released(cast: Cast) -> None:
    version = plan_issued([cast.ana], payment=[{"type": "holdback", "pct": "0.2"}])
    deal(version, cast.ana, date(2026, 1, 9), 10000)
    month_closed(MONTHS[0])
    PlanMember.objects.update(holds_released_on=date(2026, 2, 15))

    month_closed(period_for(SYSTEM, MONTHS[1]).first_day)

    assert [s.paid for s in Statement.objects.order_by("period__first_day")] == [D(800), D(200)]
    assert balances(cast.ana) == {"expense": D(1000), "cash": D(1000)}


def test_a_later_version_holds_back_nothing_of_what_was_earned_before(cast: Cast) -> None:
    first = plan_issued([cast.ana])
    version_after(first.plan, date(2026, 2, 1), payment=[{"type": "holdback", "pct": "0.5"}])
    deal(first, cast.ana, date(2026, 1, 9), 1000)
    month_closed(MONTHS[0])
    deal(first, cast.ana, date(2026, 1, 20), 2000)

    month_closed(MONTHS[1])

    assert [s.paid for s in Statement.objects.order_by("period__first_day")] == [D(100), D(200)]


def test_an_advance_is_recovered_under_the_next_version(cast: Cast) -> None:
    first = plan_issued([cast.ana], payment=[{"type": "draw_recoverable", "amount": 500}])
    deal(first, cast.ana, date(2026, 1, 9), 2000)
    month_closed(MONTHS[0])
    second = version_after(first.plan, date(2026, 2, 1))
    deal(second, cast.ana, date(2026, 2, 9), 10000)

    month_closed(MONTHS[1])

    assert [s.paid for s in Statement.objects.order_by("period__first_day")] == [D(500), D(700)]
    assert balances(cast.ana) == {"expense": D(1200), "cash": D(1200)}


def test_what_is_owed_back_is_recovered_as_far_as_the_plan_allows(cast: Cast) -> None:
    version = plan_issued([cast.ana], payment=[{"type": "offset", "pct": "0.5"}])
    deal(version, cast.ana, date(2026, 1, 9), 3000)
    month_closed(MONTHS[0])
    owed = Movement(
        key="t", kind=Kind.TAKEN_BACK, person=cast.ana, amount=D(300), day=date(2026, 2, 3)
    )
    move(SYSTEM, owed)
    for first, amount in ((MONTHS[1], 4000), (MONTHS[2], 4000)):
        deal(version, cast.ana, first.replace(day=9), amount)
        month_closed(first)

    paid = [s.paid for s in Statement.objects.order_by("period__first_day")]
    assert paid == [D(300), D(200), D(300)]
    recovered = LedgerEntry.objects.get(kind="recovered", amount=D(200))
    assert recovered.sentence == (
        "200.00 of the 300.00 that is owed back is recovered from 400.00, at most 50 % of a payment."
    )
    assert "clawback" not in balances(cast.ana)
