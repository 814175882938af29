"""Instalments add up to the contract, to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonglu.kernel.errors import DomainError
from tonglu.kernel.money import Money
from tonglu.orders.core.payment_plan import (
    plan_check,
    plan_next,
    plan_of_kept,
    plan_split,
    spread,
)

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


MONEY = st.decimals(min_value=D("0.01"), max_value=D(10_000_000), places=2)


@given(st.lists(MONEY, min_size=1, max_size=6), st.booleans(), st.data())
def test_what_is_kept_is_asked_to_the_cent_and_fixed_amounts_stay(planned, fixed, data):
    agreed = sum(planned)
    kept = data.draw(st.decimals(min_value=0, max_value=agreed, places=2))

    asked = plan_of_kept(planned, agreed, kept, fixed=fixed)

    assert sum(asked) == kept
    assert all(amount >= 0 for amount in asked)
    if fixed:
        touched = [at for at, amount in enumerate(asked) if amount != planned[at]]
        first = touched[0] if touched else len(planned)
        assert all(amount == 0 for amount in asked[first + 1 :]), "The last ones bear the return."


@given(st.lists(MONEY, min_size=1, max_size=6), st.booleans(), st.data())
def test_one_instalment_after_the_other_invoices_what_is_kept_whatever_was_invoiced_before(
    planned, fixed, data
):
    agreed = sum(planned)
    kept = data.draw(st.decimals(min_value=0, max_value=agreed, places=2))
    before = invoiced = data.draw(st.decimals(min_value=0, max_value=agreed, places=2))

    for _ in range(len(planned) + 1):
        asked = plan_of_kept(planned, agreed, kept, fixed=fixed)
        following = plan_next(asked, invoiced)
        assert following >= 0, "Never below what is invoiced already."
        invoiced += following

    assert invoiced == max(kept, before)


@given(st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=8), st.data())
def test_an_amount_is_spread_to_the_cent_within_what_each_part_can_take(parts, data):
    weights, most = [one for one, _ in parts], [limit for _, limit in parts]
    amount = data.draw(st.decimals(min_value=0, max_value=sum(most), places=2))

    shares = spread(amount, weights, most)

    assert sum(shares) == amount
    assert all(0 <= share <= limit for share, limit in zip(shares, most, strict=True))


def test_a_fixed_first_instalment_stays_when_goods_come_back_and_the_last_bears_it():
    planned = [D(300), D(500), D(200)]

    assert plan_of_kept(planned, D(1000), D(850), fixed=True) == [D(300), D(500), D(50)]
    assert plan_of_kept(planned, D(1000), D(700), fixed=True) == [D(300), D(400), D(0)]
    assert plan_of_kept([D("0.3"), D("0.7")], D(1000), D(850), fixed=False) == [D(255), D(595)]
