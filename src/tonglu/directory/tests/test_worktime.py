"""Working time is counted in working hours, across breaks, weekends, holidays and exchanged days."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonglu.directory import selectors
from tonglu.directory.core.worktime import (
    WorkCalendar,
    is_working_day,
    working_days_between,
    working_time_add,
    working_time_between,
)
from tonglu.directory.models import Calendar, CalendarHours, Department, Holiday

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkCalendar.office()
GOLDEN_WEEK = WorkCalendar.of(
    timezone="Asia/Shanghai",
    hours=[(d, dt.time(9), dt.time(17)) for d in range(5)],
    days=[(dt.date(2026, 10, 1), False), (dt.date(2026, 10, 2), False), (dt.date(2026, 10, 10), True)],
)  # fmt: skip


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(23, 9), "1", at(23, 10)),
        (at(23, 11), "2", at(23, 14)),
        (at(23, 17), "2", at(24, 10)),
        (at(27, 17, 30), "1", at(30, 9, 30)),
        (at(28, 3), "8", at(30, 18)),
        (at(23, 12, 30), "0", at(23, 13)),
        (at(23, 9), "80", at(4, 18, month=12)),
    ],
)
def test_hours_are_counted_only_while_work_is_done(start, hours, end):
    assert working_time_add(OFFICE, start, Decimal(hours)) == end


def test_a_holiday_is_not_worked_and_an_exchanged_saturday_is():
    assert not is_working_day(GOLDEN_WEEK, dt.date(2026, 10, 1))
    assert is_working_day(GOLDEN_WEEK, dt.date(2026, 10, 10))
    assert not is_working_day(GOLDEN_WEEK, dt.date(2026, 10, 11))
    assert working_days_between(GOLDEN_WEEK, dt.date(2026, 9, 28), dt.date(2026, 10, 11)) == 9


def test_a_calendar_without_hours_says_so():
    empty = WorkCalendar.of(timezone="UTC", hours=[])

    with pytest.raises(ValueError, match="no working hours"):
        working_time_add(empty, at(1, 1), Decimal(1))


@given(
    start=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1)),
    minutes=st.integers(1, 20_000),
)
def test_adding_time_and_measuring_it_agree(start, minutes):
    moment = start.replace(tzinfo=SHANGHAI, microsecond=0)

    end = working_time_add(GOLDEN_WEEK, moment, Decimal(minutes) / 60)

    assert abs(working_time_between(GOLDEN_WEEK, moment, end) - dt.timedelta(minutes=minutes)) <= (
        dt.timedelta(seconds=1)
    )


def test_the_default_calendar_comes_from_the_table(db):
    calendar = Calendar.objects.create(name="Plant", timezone="Asia/Shanghai", is_default=True)
    CalendarHours.objects.create(calendar=calendar, weekday=5, starts=dt.time(8), ends=dt.time(12))
    Holiday.objects.create(calendar=calendar, name="Founders", day=dt.date(2026, 11, 28))

    found = selectors.calendar_default()

    assert is_working_day(found, dt.date(2026, 11, 21))
    assert not is_working_day(found, dt.date(2026, 11, 28))
    assert not is_working_day(found, dt.date(2026, 11, 23))


def test_without_any_calendar_the_office_week_holds(db):
    assert selectors.calendar_by_id(None) == WorkCalendar.office()


def test_a_department_works_by_the_nearest_calendar_above_it(cast):
    china = Calendar.objects.create(name="China", is_default=True)
    berlin = Calendar.objects.create(name="Berlin", timezone="Europe/Berlin")
    Department.objects.filter(pk=cast.sales.pk).update(calendar=berlin)

    zones = [
        selectors.calendar_of_department(one).timezone
        for one in (cast.east.pk, cast.office.pk, None)
    ]
    assert zones == ["Europe/Berlin", "Asia/Shanghai", "Asia/Shanghai"]

    Calendar.objects.filter(pk=berlin.pk).update(deleted_at=china.created_at)
    assert selectors.calendar_of_department(cast.east.pk).timezone == "Asia/Shanghai"
