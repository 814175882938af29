"""Document numbers run without gaps in each series and year."""

from __future__ import annotations

import pytest
from django.db import transaction

from tonglu.toolkit.numbers import next_number, numbers_rehearsed, numbers_reserved

pytestmark = pytest.mark.django_db


def test_numbers_follow_each_other_in_their_pattern() -> None:
    numbers = [next_number("quote", "Q{year}-{n:05}", year=2026) for _ in range(3)]

    assert numbers == ["Q2026-00001", "Q2026-00002", "Q2026-00003"]


def test_each_year_and_each_series_counts_for_itself() -> None:
    next_number("quote", year=2026)

    assert next_number("quote", year=2027) == "1"
    assert next_number("order", year=2026) == "1"


def test_a_number_of_a_document_that_was_not_made_is_given_again() -> None:
    with transaction.atomic():
        next_number("quote", year=2026)
        transaction.set_rollback(True)

    assert next_number("quote", year=2026) == "1"


def test_numbers_drawn_ahead_and_not_given_out_are_given_out_later() -> None:
    next_number("quote", year=2026)

    with transaction.atomic(), numbers_reserved(10) as reserve:
        made = [next_number("quote", year=2026) for _ in range(3)]
        mark = reserve.mark()
        next_number("quote", year=2026)
        next_number("order", year=2026)
        reserve.back(mark)
        made.append(next_number("quote", year=2026))

    assert made == ["2", "3", "4", "5"]
    assert (next_number("quote", year=2026), next_number("order", year=2026)) == ("6", "1")


def test_more_numbers_than_were_drawn_ahead_follow_on() -> None:
    with transaction.atomic(), numbers_reserved(2):
        made = [next_number("quote", year=2026) for _ in range(5)]

    assert made == ["1", "2", "3", "4", "5"]
    assert next_number("quote", year=2026) == "6"


def test_a_rehearsal_draws_no_number() -> None:
    with numbers_rehearsed():
        made = [next_number("quote", year=2026) for _ in range(2)]
        with transaction.atomic(), numbers_reserved(5):
            made.append(next_number("quote", year=2026))

    assert len(set(made)) == 3
    assert next_number("quote", year=2026) == "1"
