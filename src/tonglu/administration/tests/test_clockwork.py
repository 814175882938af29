"""The tasks of the clock in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from tonglu.administration.web.clockwork import TASKS, rhythm_told
from tonglu.toolkit.workload import Schedule, schedules

NIGHTLY = Schedule(
    task="toolkit.backup.nightly",
    cron="17 2 * * *",
    last=None,
    last_state="",
    next=datetime(2026, 11, 24, 2, 17, tzinfo=UTC),
)


def test_every_task_of_the_clock_is_told_and_no_other(db: Any) -> None:
    assert {one.task for one in schedules()} == set(TASKS)


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("* * * * *", "every minute"),
        ("*/15 * * * *", "every 15 minutes"),
        ("10 * * * *", "every hour"),
        ("17 2 * * *", "every day at 10:17"),
        ("17 2 * * 1", "17 2 * * 1"),
        ("0 8-18 * * *", "0 8-18 * * *"),
    ],
)
def test_a_rhythm_is_told_in_the_readers_time(cron: str, told: str) -> None:
    with timezone.override("Asia/Shanghai"):
        assert rhythm_told(replace(NIGHTLY, cron=cron)) == told


def test_the_page_names_the_tasks(browse: Any, cast: Any) -> None:
    page = browse(cast.ada).get("/background/?show=schedules").content.decode()

    assert "Take a backup and prove it by a restore" in page
    assert "Every minute" in page
