"""The foot of a quote adds up to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonglu.kernel.errors import DomainError
from tonglu.orders.core.totals import line_priced, totals_of

D = Decimal


def line(quantity: str = "1", list_price: str = "100", **more: str | None):
    values = {name: None if value is None else D(value) for name, value in more.items()}
    return line_priced(quantity=D(quantity), list_price=D(list_price), currency="CNY", **values)


@pytest.mark.parametrize(
    ("quantity", "list_price", "discount", "price", "amount"),
    [
        ("3", "19.99", "0", "19.99", "59.97"),
        ("3", "19.99", "0.10", "17.99", "53.97"),
        ("1", "0.05", "0.5", "0.03", "0.03"),
        ("2.5", "80", "0.125", "70.00", "175.00"),
        ("1", "100", "1", "0.00", "0.00"),
    ],
)
def test_a_discount_gives_the_price_rounded_half_up(quantity, list_price, discount, price, amount):
    found = line(quantity, list_price, discount=discount)

    assert (found.price, found.amount) == (D(price), D(amount))


def test_a_typed_price_gives_the_discount():
    assert line("1", "200", price="150").discount == D("0.2500")


def test_a_price_above_list_is_a_negative_discount_and_allowed():
    assert line("1", "100", price="110").discount == D("-0.1000")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"price": "-0.01"}, "price"),
        ({"discount": "1.01"}, "price"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(more, field):
    with pytest.raises(DomainError) as refused:
        line(**more)

    assert refused.value.field == field


def test_vat_is_rounded_per_line_as_the_tax_invoice_prints_it():
    rows = [line("1", "0.05", vat_rate="0.13") for _ in range(3)]

    assert totals_of(rows).vat == D("0.03")


def test_a_currency_without_cents_has_whole_prices():
    yen = line_priced(
        quantity=D("3"), list_price=D("101"), discount=D("0.1"), vat_rate=D("0.1"), currency="JPY"
    )

    assert (yen.price, yen.amount, yen.vat) == (D("91"), D("273"), D("27"))


def test_the_margin_is_known_only_when_every_cost_is():
    known = totals_of([line("2", "100", cost="60"), line("1", "50", cost="30")])
    unknown = totals_of([line("2", "100", cost="60"), line("1", "50")])

    assert (known.net, known.cost, known.margin, known.margin_rate) == (
        D("250.00"), D("150.00"), D("100.00"), D("0.4000"),
    )  # fmt: skip
    assert (unknown.cost, unknown.margin, unknown.margin_rate) == (None, None, None)


def test_a_quote_without_lines_is_worth_nothing():
    empty = totals_of([])

    assert (empty.net, empty.vat, empty.gross, empty.discount, empty.cost) == (0, 0, 0, 0, None)


money = st.decimals("0.01", "99999.99", places=2)


@given(st.lists(st.tuples(st.integers(1, 50), money, st.decimals("0", "1", places=4)), max_size=8))
def test_the_foot_is_always_the_sum_of_the_printed_lines(rows):
    lines = [
        line_priced(quantity=D(q), list_price=p, discount=d, vat_rate=D("0.13"), currency="CNY")
        for q, p, d in rows
    ]

    totals = totals_of(lines)

    assert totals.gross == sum((row.amount + row.vat for row in lines), D(0))
    assert totals.list_amount - totals.discount_amount == totals.net
