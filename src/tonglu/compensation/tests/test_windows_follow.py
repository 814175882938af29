"""Team pools follow the customer: due as far as customers paid, and what comes back is for the plan to say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tonglu.compensation.models import Earning, LedgerEntry, Statement
from tonglu.compensation.tests.test_returns import (
    ON_CASH,
    account,
    cash,
    ended,
    pump,
    selling,
    sign,
    signed,
)
from tonglu.orders.models import Contract
from tonglu.policy.testing import Cast

from .months import balances, month_closed, plan_issued

__all__ = ["account", "pump", "selling", "sign", "signed"]
D = Decimal
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def pooled(cast: Cast, **body: Any) -> Any:
    """One percent of what is sold, half for Ana and half for Lee."""
    pool = {"id": "pool", "kind": "pool", "window": "month", "rate": "0.01",
            "weights": {"Ana": 1, "Lee": 1}}  # fmt: skip
    return plan_issued([cast.ana], components=[pool], **body)


def test_a_pool_on_collection_is_due_as_customers_pay(
    selling: Cast, signed: Callable[[], Contract]
) -> None:
    pooled(selling, release=ON_CASH)
    contract = signed()
    cash(contract, "0.3", date(2026, 1, 20))
    month_closed(JANUARY)
    own = Earning.objects.get(owner=selling.lee)
    assert (own.amount, own.released_amount) == (D(500), D(150))

    cash(contract, "0.7", date(2026, 2, 20))
    month = month_closed(FEBRUARY)

    assert Statement.objects.get(owner=selling.lee, period=month).paid == D(350)
    assert balances(selling.lee) == {"expense": D(500), "cash": D(500)}
    last = own.entries.order_by("pk").last()
    assert last is not None
    assert "January 2026" in last.sentence
    assert "2026年1月" in last.sentence_zh


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ({"clawback": {"type": "full"}}, D(0)),
        ({"clawback": {"type": "window", "window_months": 1}}, D(500)),
        ({}, D(500)),
    ],
)
def test_a_contract_that_ends_early_leaves_the_pool_as_the_plan_says(
    body: dict[str, Any], left: Decimal, selling: Cast, signed: Callable[[], Contract]
) -> None:
    pooled(selling, **body)
    contract = signed()
    month_closed(JANUARY)

    ended(contract, date(2026, 2, 20))
    month_closed(FEBRUARY)

    booked = LedgerEntry.objects.filter(owner=selling.lee, kind="earned").order_by("pk")
    assert sum(one.amount for one in booked) == left
    assert len(booked) == (2 if left == 0 else 1)
    if left == 0:
        assert "something went back" in booked[1].sentence
        assert "退款或终止" in booked[1].sentence_zh
    month_closed(MARCH)
    assert LedgerEntry.objects.filter(owner=selling.lee, kind="earned").count() == len(booked)
