"""The time a renewal covers."""

from __future__ import annotations

from datetime import date

import pytest

from tonglu.orders.core.renewal import month_later, term_after


@pytest.mark.parametrize(
    ("began", "ended", "start", "end", "months"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), 12),
        (date(2024, 2, 29), date(2025, 2, 27), date(2025, 2, 28), date(2026, 1, 27), 11),
        (date(2025, 7, 1), date(2025, 9, 30), date(2025, 10, 1), date(2025, 12, 31), 3),
        (date(2025, 7, 1), None, date(2025, 7, 1), date(2026, 6, 30), 12),
    ],
)
def test_a_renewal_begins_the_day_after_and_lasts_as_long(began, ended, start, end, months):
    term = term_after(began, ended)

    assert (term.starts_on, term.ends_on, term.months) == (start, end, months)


def test_the_next_renewal_is_due_as_early_and_dates_move_along():
    term = term_after(date(2025, 1, 1), date(2025, 12, 31), renewal_on=date(2025, 11, 30))

    assert (term.renewal_on, term.moved.days) == (date(2026, 11, 30), 365)


def test_a_month_later_stays_in_a_shorter_month():
    assert month_later(date(2025, 1, 31), 1) == date(2025, 2, 28)
