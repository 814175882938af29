"""Nobody is warned before they are asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonglu.finance.core.dunning import LEVELS, level_proposed


@pytest.mark.parametrize(
    ("days", "sent", "proposed"),
    [
        (1, "", "friendly"),
        (200, "", "friendly"),
        (10, "friendly", "friendly"),
        (15, "friendly", "second"),
        (200, "friendly", "second"),
        (44, "second", "second"),
        (45, "second", "final"),
        (5, "second", "second"),
        (90, "final", "final"),
    ],
)
def test_the_next_level_follows_the_days_one_step_at_a_time(days, sent, proposed):
    assert level_proposed(days, sent) == proposed


@given(st.integers(0, 400), st.sampled_from(("", *LEVELS)))
def test_it_never_goes_back_and_never_skips(days, sent):
    before = LEVELS.index(sent) if sent else -1

    after = LEVELS.index(level_proposed(days, sent))

    assert max(before, 0) <= after <= before + 1
