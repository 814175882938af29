"""Amounts add up to the cent, are rounded half away from zero, and never mix currencies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonglu.kernel.currency import CURRENCIES, currency_scale
from tonglu.kernel.errors import DomainError
from tonglu.kernel.money import Money, money_sum, money_totals
from tonglu.kernel.number import decimal_parse, decimal_text
from tonglu.kernel.percent import Percent

amounts = st.decimals(-(10**12), 10**12, places=4)
weights = st.lists(st.decimals(0, 10**6, places=3), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("2.345", "CNY", "2.35"),
        ("2.335", "CNY", "2.34"),
        ("-2.345", "CNY", "-2.35"),
        ("2.3449", "CNY", "2.34"),
        ("100.5", "JPY", "101"),
        ("0.005", "USD", "0.01"),
    ],
)
def test_an_amount_is_rounded_half_away_from_zero_to_the_places_of_its_currency(
    amount: str, currency: str, rounded: str
) -> None:
    assert Money(Decimal(amount), currency).rounded().amount == Decimal(rounded)


def test_cents_that_do_not_divide_go_to_the_largest_remainders() -> None:
    parts = Money(Decimal("100"), "CNY").allocate([3, 3, 1])

    assert [part.amount for part in parts] == [
        Decimal("42.86"),
        Decimal("42.86"),
        Decimal("14.28"),
    ]


def test_equal_parts_give_the_odd_cents_to_the_first() -> None:
    assert [str(part.amount) for part in Money(Decimal("-0.05"), "CNY").split(3)] == [
        "-0.02",
        "-0.02",
        "-0.01",
    ]


@given(amounts, weights, st.sampled_from(["CNY", "JPY", "USD"]))
def test_parts_always_add_up_to_the_whole(
    amount: Decimal, shares: list[Decimal], currency: str
) -> None:
    money = Money(amount, currency)
    if not any(shares):
        with pytest.raises(DomainError, match="weights"):
            money.allocate(shares)
        return

    parts = money.allocate(shares)

    assert money_sum(parts, currency) == money.rounded()
    step = Decimal(1).scaleb(-currency_scale(currency))
    for part, weight in zip(parts, shares, strict=True):
        assert abs(part.amount - money.rounded().amount * weight / sum(shares)) < step


def test_two_currencies_are_never_added_or_compared() -> None:
    yuan, dollar = Money(Decimal(1), "CNY"), Money(Decimal(1), "USD")

    for act in (lambda: yuan + dollar, lambda: yuan < dollar, lambda: money_sum([dollar], "CNY")):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.code == "mixed_currencies"


def test_a_list_footer_shows_one_total_per_currency() -> None:
    rows = [Money(Decimal(5), "USD"), Money(Decimal(7), "CNY"), Money(Decimal(6), "USD")]

    assert money_totals(rows) == (Money(Decimal(7), "CNY"), Money(Decimal(11), "USD"))


def test_a_float_or_an_unknown_currency_is_refused() -> None:
    with pytest.raises(TypeError):
        Money(0.1, "CNY")  # type: ignore[arg-type]
    with pytest.raises(DomainError, match="KWD"):
        Money(Decimal(1), "KWD")


def test_a_rate_takes_its_share_of_an_amount_without_rounding_in_between() -> None:
    commission = Money(Decimal("1234.56"), "CNY") * Percent.parse("12.5%")

    assert commission.amount == Decimal("154.320000")
    assert str(Percent(Decimal("0.1250"))) == "12.5%"
    assert Percent.of(1, 8) == Percent.parse("１２．５％")
    assert Percent.of(1, 0) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", "1234.50"),
        ("１２３４", "1234"),
        ("¥1.2万", "12000"),
        ("3k", "3000"),
        ("(300)", "-300"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("1.5亿元", "150000000"),
        ("  7 ", "7"),
        (".5", "0.5"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: str) -> None:
    assert decimal_parse(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "1,23", "1e9", "NaN", "--1", "1.2.3", "9" * 65, "\0"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(DomainError) as refusal:
        decimal_parse(text)
    assert refusal.value.code == "not_a_number"


def test_every_currency_has_a_known_scale_and_text_is_short() -> None:
    assert {currency_scale(code) for code in CURRENCIES} == {0, 2}
    assert decimal_text(Decimal("1E+3")) == "1000"
    assert decimal_text(Decimal("1.500")) == "1.5"
