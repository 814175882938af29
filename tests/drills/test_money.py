"""Amounts shared, converted and added at random: no cent is lost or made, nothing is a float, and no order of adding matters."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tonglu.kernel import money as kernel
from tonglu.kernel.currency import currency_scale
from tonglu.kernel.money import Money, money_sum
from tools.drills.fixture import Drill

CURRENCIES = ("CNY", "USD", "EUR", "JPY")


def lost_cents(operations: int, dice: random.Random) -> list[str]:
    """What was wrong with so many random operations, each on an amount of up to a billion."""
    return [fault for _n in range(operations) for fault in _tried(dice)]


def _tried(dice: random.Random) -> Iterator[str]:
    currency = dice.choice(CURRENCIES)
    amount = Decimal(dice.randrange(-(10**12), 10**12)).scaleb(-dice.randrange(6))
    money, step = Money(amount, currency), Decimal(1).scaleb(-currency_scale(currency))
    whole = money.rounded()
    weights = [Decimal(dice.randrange(1, 10**4)).scaleb(-2) for _ in range(dice.randrange(1, 9))]
    parts = money.allocate(weights) if dice.random() < 0.7 else money.split(len(weights))
    said = f"{money!r} by {weights}: {parts}"
    if money_sum(parts, currency) != whole:
        yield f"does not add up: {said}"
    if abs(whole.amount - amount) * 2 > step:
        yield f"rounded too far: {said}"
    if any(type(one.amount) is not Decimal or one != one.rounded() for one in parts):
        yield f"not whole cents: {said}"
    if money_sum(dice.sample(parts, len(parts)), currency) != whole:
        yield f"the order matters: {said}"
    there = whole.converted(Decimal(7), "CNY")
    if there.amount != whole.amount * 7 or (there - there):
        yield f"converted wrongly: {said}"


def test_no_cent_is_lost_or_made(drill: Drill) -> None:
    operations = drill.size(10_000, 1_000_000)

    faults = lost_cents(operations, drill.dice())

    drill.holds("sums shared, rounded or converted to a cent too much or too little", faults, of=operations)  # fmt: skip


def test_planted_parts_that_are_rounded_one_by_one_are_found(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(units: Decimal, weights: list[Decimal]) -> list[Any]:
        return [(units * weight / sum(weights)).quantize(Decimal(1)) for weight in weights]

    monkeypatch.setattr(kernel, "_largest_remainder", careless)

    assert any("does not add up" in fault for fault in lost_cents(200, drill.dice()))
