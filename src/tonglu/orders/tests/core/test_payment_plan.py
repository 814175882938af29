"""Instalments add up to the contract, to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonglu.kernel.errors import DomainError
from tonglu.kernel.money import Money
from tonglu.orders.core.payment_plan import plan_check, plan_split

D = Decimal


def CNY(amount: str | Decimal) -> Money:  # noqa: N802 - reads as the currency it is
    return Money(D(amount), "CNY")


@pytest.mark.parametrize(
    ("total", "shares", "amounts"),
    [
        ("100.00", ["0.3", "0.6", "0.1"], ["30.00", "60.00", "10.00"]),
        ("100.00", ["0.3333", "0.3333", "0.3334"], ["33.33", "33.33", "33.34"]),
        ("0.01", ["0.5", "0.5"], ["0.01", "0.00"]),
        ("10.00", ["0.335", "0.335", "0.33"], ["3.35", "3.35", "3.30"]),
        ("0.05", ["0.3", "0.3", "0.4"], ["0.02", "0.01", "0.02"]),
    ],
)
def test_the_cents_left_over_go_to_the_largest_remainders(total, shares, amounts):
    assert plan_split(CNY(total), [D(s) for s in shares]) == [D(a) for a in amounts]


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ([], "The payment plan has no instalments."),
        (["0.5", "0.4"], "The shares of the payment plan add up to 90%, not to 100%."),
        (["1.5", "-0.5"], "Each instalment needs a share above zero."),
    ],
)
def test_a_plan_that_is_not_the_whole_is_refused(shares, sentence):
    with pytest.raises(DomainError) as refused:
        plan_split(CNY("100"), [D(s) for s in shares])

    assert refused.value.text() == sentence


def test_amounts_set_by_hand_must_agree_with_the_contract():
    plan_check(D("100.00"), [D("40.00"), D("60.00")])

    with pytest.raises(DomainError) as refused:
        plan_check(D("100.00"), [D("40.00"), D("59.99")])

    assert refused.value.text() == "The payment plan adds up to 99.99, the contract to 100.00."


@given(
    st.decimals("0.01", "99999999.99", places=2),
    st.lists(st.integers(1, 9999), min_size=1, max_size=24),
)
def test_a_plan_always_adds_up_and_no_instalment_is_off_by_a_cent(total, weights):
    whole = sum(weights)
    shares = [D(w) / D(whole) for w in weights[:-1]]
    shares.append(1 - sum(shares, D(0)))
    if shares[-1] <= 0:
        return

    amounts = plan_split(CNY(total), shares)

    assert sum(amounts) == total
    assert all(abs(a - total * s) < D("0.01") for a, s in zip(amounts, shares, strict=True))
