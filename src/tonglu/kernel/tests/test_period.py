"""Periods are half-open, follow the book year, and mean the same in both languages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonglu.kernel.errors import DomainError
from tonglu.kernel.period import UNITS, Period, months_later
from tonglu.kernel.period_text import period_code, period_name, period_parse
from tonglu.kernel.relative import (
    RELATIVE_PERIODS,
    is_relative,
    relative_day,
    relative_name,
    relative_period,
)

TODAY = date(2026, 11, 22)  # a Sunday
days = st.dates(date(1990, 1, 1), date(2080, 12, 31))
fiscal_starts = st.integers(1, 12)


def test_the_end_day_no_longer_belongs() -> None:
    march = Period.month(2026, 3)

    assert date(2026, 3, 31) in march
    assert date(2026, 4, 1) not in march
    assert (march.days, march.last_day) == (31, date(2026, 3, 31))
    assert not march.overlaps(Period.month(2026, 4))
    assert march.intersection(Period.quarter(2026, 1)) == march


@pytest.mark.parametrize(
    ("period", "fiscal_start", "code", "english", "chinese"),
    [
        (Period.year(2026), 1, "2026", "2026", "2026年"),
        (Period.half(2026, 1), 1, "2026-H1", "H1 2026", "2026年上半年"),
        (Period.quarter(2026, 3), 1, "2026-Q3", "Q3 2026", "2026年第三季度"),
        (Period.month(2026, 3), 1, "2026-03", "Mar 2026", "2026年3月"),
        (Period.day(TODAY), 1, "2026-11-22", "22 Nov 2026", "2026年11月22日"),
        (Period.year(2026, 4), 4, "FY2026", "FY2026", "2026财年"),
        (Period.quarter(2026, 4, 4), 4, "FY2026-Q4", "Q4 FY2026", "2026财年第四季度"),
        (Period.half(2025, 2, 4), 4, "FY2025-H2", "H2 FY2025", "2025财年下半年"),
        (
            Period.through(date(2026, 3, 2), date(2026, 3, 15)),
            1,
            "2026-03-02..2026-03-15",
            "2 Mar 2026 – 15 Mar 2026",
            "2026年3月2日至2026年3月15日",
        ),
    ],
)
def test_a_period_is_written_and_read_in_both_languages(
    period: Period, fiscal_start: int, code: str, english: str, chinese: str
) -> None:
    assert period_code(period, fiscal_start) == code
    assert period_name(period, "en", fiscal_start) == english
    assert period_name(period, "zh-hans", fiscal_start) == chinese
    assert period_parse(code, fiscal_start) == period
    assert period_parse(chinese, fiscal_start) == period
    if "–" not in english and " Nov" not in english:
        assert period_parse(english, fiscal_start) == period


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-Q5", "soon", "2026-02-30", "Foo 2026", "x" * 999]
)
def test_what_names_no_period_is_refused(text: str) -> None:
    with pytest.raises(DomainError) as refusal:
        period_parse(text)
    assert refusal.value.code == "not_a_period"


@pytest.mark.parametrize(
    "text", ["2026年一季度", "2026 Q1", "Q1 2026", "2026q1", "２０２６年第1季度"]
)
def test_people_write_a_quarter_in_many_ways(text: str) -> None:
    assert period_parse(text) == Period.quarter(2026, 1)


@given(days, st.sampled_from(UNITS), fiscal_starts)
def test_each_day_lies_in_its_period_and_neighbours_touch(day: date, unit: str, start: int) -> None:
    period = Period.containing(day, unit, start)

    assert day in period
    assert period.shifted(1).start == period.end
    assert period.shifted(-1).end == period.start
    assert period.shifted(1).shifted(-1) == period
    if unit != "week":
        assert period_parse(period_code(period, start), start) == period


@given(days, st.integers(0, 900), st.sampled_from(UNITS[1:]), fiscal_starts)
def test_the_parts_of_a_period_fill_it_without_gap(
    day: date, length: int, unit: str, start: int
) -> None:
    whole = Period(day, day + timedelta(days=length))

    parts = whole.split(unit, start)

    assert [part for whole_part in parts for part in whole_part] == list(whole)


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(DomainError, match="end before"):
        Period(TODAY, TODAY - timedelta(days=1))


def test_the_same_days_a_year_before_survive_a_leap_day() -> None:
    assert Period.month(2024, 2).same_days_before() == Period.month(2023, 2)
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("name", "first", "last", "english", "chinese"),
    [
        ("today", "2026-11-22", "2026-11-22", "today", "今天"),
        ("this_week", "2026-11-16", "2026-11-22", "this week", "本周"),
        ("last_month", "2026-10-01", "2026-10-31", "last month", "上月"),
        ("next_quarter", "2027-01-01", "2027-03-31", "next quarter", "下季度"),
        ("this_half", "2026-07-01", "2026-12-31", "this half-year", "本半年"),
        ("last_year", "2025-01-01", "2025-12-31", "last year", "去年"),
        ("last_30_days", "2026-10-24", "2026-11-22", "last 30 days", "最近 30 天"),
        ("next_7_days", "2026-11-22", "2026-11-28", "next 7 days", "未来 7 天"),
        ("last_3_months", "2026-08-01", "2026-10-31", "last 3 months", "最近 3 个月"),
        ("next_2_quarters", "2027-01-01", "2027-06-30", "next 2 quarters", "未来 2 个季度"),
        ("year_to_date", "2026-01-01", "2026-11-22", "year to date", "今年至今"),
    ],
)
def test_a_period_is_told_from_today(
    name: str, first: str, last: str, english: str, chinese: str
) -> None:
    expected = Period.through(date.fromisoformat(first), date.fromisoformat(last))

    assert relative_period(name, TODAY) == expected
    assert relative_name(name) == english
    assert relative_name(name, "zh-hans") == chinese


def test_a_book_year_from_april_moves_the_quarters() -> None:
    assert relative_period("this_year", date(2026, 2, 1), fiscal_start=4) == Period.year(2025, 4)


def test_days_are_counted_from_today() -> None:
    assert relative_day("today-7", TODAY) == date(2026, 11, 15)
    assert relative_day("today+30", TODAY) == date(2026, 12, 22)
    with pytest.raises(DomainError):
        relative_day("today+x", TODAY)


@pytest.mark.parametrize(
    "name", ["", "last_0_days", "last_99999_days", "this_decade", "today; drop"]
)
def test_an_unknown_name_is_refused(name: str) -> None:
    assert not is_relative(name)
    with pytest.raises(DomainError):
        relative_period(name, TODAY)


def test_every_offered_name_has_words_in_both_languages() -> None:
    for name in RELATIVE_PERIODS:
        assert is_relative(name)
        assert "_" not in relative_name(name)
        assert relative_name(name, "zh-hans").isascii() is False
