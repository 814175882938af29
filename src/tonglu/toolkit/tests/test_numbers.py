"""Document numbers run without gaps in each series and year."""

from __future__ import annotations

import pytest
from django.db import transaction

from tonglu.toolkit.numbers import next_number

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
