"""The pure rules of working together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tonglu.collaboration.core.pace import is_behind, time_passed
from tonglu.collaboration.core.subjects import LONGEST, subject_of
from tonglu.collaboration.core.urging import urging_refused

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Wants a quote. Call on Monday.", "Wants a quote."),
        ("客户要报价。周一再联系。", "客户要报价。"),
        ("First line\nsecond line", "First line"),
        ("  spaced  ", "spaced"),
        ("", ""),
    ],
)
def test_the_first_sentence_is_the_subject(text: str, subject: str) -> None:
    assert subject_of(text) == subject


def test_a_long_sentence_is_cut() -> None:
    found = subject_of("word " * 40)

    assert len(found) <= LONGEST
    assert found.endswith("…")


@pytest.mark.parametrize(
    ("is_open", "is_own", "ago", "refused"),
    [
        (True, False, None, ""),
        (True, False, 61, ""),
        (True, False, 59, "This task was urged within the last hour."),
        (True, True, None, "This task is your own."),
        (False, False, None, "This task is closed."),
    ],
)
def test_urging_is_for_open_tasks_of_others_once_an_hour(
    is_open: bool, is_own: bool, ago: int | None, refused: str
) -> None:
    urged_at = None if ago is None else NOON - timedelta(minutes=ago)

    assert urging_refused(is_open=is_open, is_own=is_own, urged_at=urged_at, now=NOON) == refused


@pytest.mark.parametrize(
    ("today", "passed"),
    [
        (date(2025, 12, 31), Decimal(0)),
        (date(2026, 1, 1), Decimal("0.1")),
        (date(2026, 1, 5), Decimal("0.5")),
        (date(2026, 2, 1), Decimal(1)),
    ],
)
def test_a_period_passes_day_by_day(today: date, passed: Decimal) -> None:
    assert time_passed(date(2026, 1, 1), date(2026, 1, 10), today) == passed


def test_a_goal_is_behind_when_it_lags_by_more_than_a_tenth() -> None:
    assert is_behind(Decimal("0.44"), Decimal("0.5"))
    assert not is_behind(Decimal("0.45"), Decimal("0.5"))
