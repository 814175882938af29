"""Credit for a deal is divided to exactly one hundred percent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tonglu.kernel.errors import DomainError
from tonglu.sales.core.credit import Credit, credits_check, credits_or_owner


def credit(person: int, percent: str, direct: bool = True) -> Credit:
    return Credit(person_id=person, percent=Decimal(percent), direct=direct)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [credit(1, "1")],
        [credit(1, "0.6"), credit(2, "0.4")],
        [credit(1, "0.3333"), credit(2, "0.3333"), credit(3, "0.3334")],
        [credit(1, "1"), credit(2, "0.5", direct=False), credit(1, "1", direct=False)],
    ],
)
def test_direct_shares_make_a_whole_and_overlay_comes_on_top(rows):
    credits_check(rows)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [credit(1, "0.6"), credit(2, "0.3999")],
            "The direct shares add up to 99.99%, not to 100%.",
        ),
        (
            [credit(1, "0.5", direct=False)],
            "The direct shares add up to 0%, not to 100%.",
        ),
        ([credit(1, "0.5"), credit(1, "0.5")], "A person is named twice in the credit split."),
        (
            [credit(1, "1"), credit(2, "0", direct=False)],
            "Each share must be more than zero and at most the whole.",
        ),
    ],
)
def test_a_split_that_is_not_a_whole_is_refused(rows, sentence):
    with pytest.raises(DomainError) as refused:
        credits_check(rows)

    assert refused.value.text() == sentence


def test_without_a_split_the_owner_has_it_all():
    assert credits_or_owner([], 7) == (credit(7, "1"),)
    assert credits_or_owner([credit(1, "1")], 7) == (credit(1, "1"),)
    assert credits_or_owner([], None) == ()
