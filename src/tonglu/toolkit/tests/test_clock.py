"""A day begins where the person is."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
import time_machine

from tonglu.toolkit.clock import today, zone_of


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Shanghai", date(2026, 3, 2)),
        ("America/New_York", date(2026, 3, 1)),
        ("", date(2026, 3, 1)),
        ("Mars/Olympus", date(2026, 3, 1)),
    ],
)
@time_machine.travel("2026-03-01T20:00:00Z", tick=False)
def test_today_is_the_day_where_the_person_is(zone: str, day: date) -> None:
    assert today(SimpleNamespace(timezone=zone)) == day


def test_a_name_that_leads_elsewhere_is_no_time_zone() -> None:
    assert str(zone_of("../../etc/passwd")) == "UTC"
