"""Which price holds: for this customer before its tier before everyone, from the quantity reached, on the day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tonglu.catalog.core.pricing import Offer, best_offer
from tonglu.catalog.core.rates import rate_holding
from tonglu.kernel.money import Money

BEGIN = date(2026, 1, 1)


def _offer(price: int, **more: object) -> Offer:
    return Offer(
        **{
            "line_id": price,
            "list_id": 1,
            "list_name": "2026",
            "price": Money(Decimal(price), "CNY"),
            "min_quantity": Decimal(1),
            "valid_from": BEGIN,
            **more,
        }
    )


EVERYONE = _offer(100)
BULK = _offer(90, min_quantity=Decimal(10))
KEY = _offer(95, tier="key")
KEY_BULK = _offer(85, tier="key", min_quantity=Decimal(10))
OURS = _offer(97, account_id=7)
LATER = _offer(110, list_id=2, valid_from=date(2026, 7, 1))
ENDED = _offer(50, valid_until=date(2026, 1, 31))
ALL = (EVERYONE, BULK, KEY, KEY_BULK, OURS, LATER, ENDED)


@pytest.mark.parametrize(
    ("account", "tier", "quantity", "on", "price"),
    [
        (None, "", 1, date(2026, 3, 1), 100),
        (None, "", 9, date(2026, 3, 1), 100),
        (None, "", 10, date(2026, 3, 1), 90),
        (3, "key", 1, date(2026, 3, 1), 95),
        (3, "key", 10, date(2026, 3, 1), 85),
        (7, "key", 10, date(2026, 3, 1), 97),
        (None, "", 1, date(2026, 7, 1), 110),
        (None, "", 10, date(2026, 7, 1), 90),
        (None, "", 1, date(2025, 12, 31), None),
    ],
)
def test_the_price_meant_for_the_case_holds(
    account: int | None, tier: str, quantity: int, on: date, price: int | None
) -> None:
    found = best_offer(ALL, account_id=account, tier=tier, quantity=Decimal(quantity), on=on)

    assert (found.line_id if found else None) == price


def test_an_ended_price_holds_on_its_last_day_and_not_after() -> None:
    last, next_ = date(2026, 1, 31), date(2026, 2, 1)

    def holds(on: date) -> bool:
        return ENDED.holds(account_id=None, tier="", quantity=Decimal(1), on=on)

    assert (holds(last), holds(next_)) == (True, False)


RATES = ((date(2026, 1, 1), Decimal("7.1")), (date(2026, 3, 1), Decimal("7.2")))


@pytest.mark.parametrize(
    ("on", "rate"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "7.1"),
        (date(2026, 2, 28), "7.1"),
        (date(2026, 3, 1), "7.2"),
        (date(2030, 1, 1), "7.2"),
    ],
)
def test_a_rate_holds_until_the_next(on: date, rate: str | None) -> None:
    found = rate_holding(RATES, on)

    assert (str(found[1]) if found else None) == rate
