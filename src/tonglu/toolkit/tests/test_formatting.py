"""Values are printed the way the reader writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone, translation

from tonglu.kernel.money import Money
from tonglu.toolkit import formatting

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def printed(text: str, language: str = "en", **values: Any) -> str:
    library = "{% load tonglu_format %}"
    with translation.override(language), timezone.override(SHANGHAI), time_machine.travel(NOW):
        return Template(library + text).render(Context(values))


@pytest.mark.parametrize(
    ("amount", "currency", "english", "chinese"),
    [
        (Decimal("1234567.5"), "CNY", "CN¥1,234,567.50", "¥1,234,567.50"),
        (Decimal("-1234.505"), "USD", "-$1,234.51", "-US$1,234.51"),
        (Decimal("100.5"), "JPY", "¥101", "JP¥101"),
        (Decimal("5"), "CHF", "CHF\xa05.00", "CHF\xa05.00"),
        (Decimal("-0.001"), "CNY", "CN¥0.00", "¥0.00"),
        (Decimal("5"), "", "5.00", "5.00"),
        (7, "EUR", "€7.00", "€7.00"),
        (None, "CNY", "", ""),
        ("", "CNY", "", ""),
    ],
)
def test_an_amount_shows_a_symbol_that_tells_currencies_apart(
    amount: Any, currency: str, english: str, chinese: str
) -> None:
    template = "{{ amount|money:currency }}"

    assert printed(template, amount=amount, currency=currency) == english
    assert printed(template, "zh-hans", amount=amount, currency=currency) == chinese.replace(
        "¥-0", "¥0"
    )


@pytest.mark.parametrize(
    ("price", "currency", "text"),
    [
        (Decimal("1584.000000"), "CNY", "CN¥1,584.00"),
        (Decimal("0.037500"), "USD", "$0.0375"),
        (Decimal("-12.5"), "CNY", "-CN¥12.50"),
        (Decimal("1200"), "JPY", "¥1,200"),
        (None, "CNY", ""),
    ],
)
def test_a_unit_price_keeps_every_place_it_has(price: Any, currency: str, text: str) -> None:
    assert formatting.price_text(price, currency) == text


def test_a_money_value_brings_its_currency() -> None:
    assert printed(
        "{{ m|money }} {{ m|compact }}", "zh-hans", m=Money(Decimal(1234567), "USD")
    ) == ("US$1,234,567.00 US$123.5万")


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (999, "999", "999"),
        (9999, "9,999", "9,999"),
        (12345, "12.3K", "1.2万"),
        (1234567, "1.2M", "123.5万"),
        (1200000, "1.2M", "120万"),
        (Decimal("-2500000000"), "-2.5B", "-25亿"),
        (Decimal("12.345"), "12.35", "12.35"),
        (None, "", ""),
    ],
)
def test_a_large_number_is_shortened_by_thousands_or_by_wan(
    value: Any, english: str, chinese: str
) -> None:
    assert printed("{{ v|compact }}", v=value) == english
    assert printed("{{ v|compact }}", "zh-hans", v=value) == chinese


def test_rates_numbers_and_sizes() -> None:
    assert printed("{{ v|percent }}", v=Decimal("0.1250")) == "12.5%"
    assert printed("{{ v|percent:0 }}", v=Decimal("1.2345")) == "123%"
    assert printed("{{ v|percent }}", v=None) == ""
    assert printed("{{ v|number }}", v=Decimal("-1234.500")) == "-1,234.5"
    assert printed("{{ v|number:2 }}", v=1234) == "1,234.00"
    assert printed("{{ v|bytes }}", v=1_288_490) == "1.2 MB"
    assert printed("{{ v|bytes }}", v=512) == "512 B"


@pytest.mark.parametrize(
    ("moment", "english", "chinese"),
    [
        ("2026-11-22T06:05:10+00:00", "just now", "刚刚"),
        ("2026-11-22T06:00:00+00:00", "5 min ago", "5 分钟前"),
        ("2026-11-22T06:35:00+00:00", "in 30 min", "30 分钟后"),
        ("2026-11-22T01:00:00+00:00", "09:00", "09:00"),
        ("2026-11-21T15:59:00+00:00", "yesterday 23:59", "昨天 23:59"),
        ("2026-11-23T01:00:00+00:00", "tomorrow 09:00", "明天 09:00"),
        ("2026-03-05T01:00:00+00:00", "5 Mar 09:00", "03-05 09:00"),
        ("2025-03-05T01:00:00+00:00", "5 Mar 2025", "2025-03-05"),
    ],
)
def test_a_time_is_told_from_now_where_the_reader_is(
    moment: str, english: str, chinese: str
) -> None:
    value = datetime.fromisoformat(moment)

    assert f">{english}</time>" in printed("{{ v|when }}", v=value)
    assert f">{chinese}</time>" in printed("{{ v|when }}", "zh-hans", v=value)


def test_a_time_also_holds_itself_in_full() -> None:
    html = printed("{{ v|when }}", v=datetime(2026, 11, 21, 20, 0, tzinfo=UTC))

    assert html == (
        '<time datetime="2026-11-22T04:00:00+08:00" title="22 Nov 2026 04:00">04:00</time>'
    )


def test_a_day_is_absolute_and_a_due_day_is_a_distance() -> None:
    assert printed("{{ v|day }}", v=date(2026, 3, 5)) == "5 Mar 2026"
    assert printed("{{ v|day }}", "zh-hans", v=date(2026, 3, 5)) == "2026-03-05"
    assert printed("{{ v|day }}", v=datetime(2026, 11, 21, 20, 0, tzinfo=UTC)) == "22 Nov 2026"
    assert ">in 3 days<" in printed("{{ v|due }}", v=date(2026, 11, 25))
    assert ">3 天前<" in printed("{{ v|due }}", "zh-hans", v=date(2026, 11, 19))
    assert ">昨天<" in printed("{{ v|due }}", "zh-hans", v=date(2026, 11, 21))
    assert ">25 Dec 2026<" in printed("{{ v|due }}", v=date(2026, 12, 25))
    assert printed("{{ v|due }}{{ v|when }}{{ v|day }}{{ v|moment }}", v=None) == ""


def test_what_is_no_number_is_printed_as_it_is() -> None:
    assert formatting.money_text("n/a", "CNY") == "n/a"
    assert formatting.number_text(Decimal("NaN")) == "NaN"
