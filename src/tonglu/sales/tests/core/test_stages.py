"""How a deal moves between stages."""

from __future__ import annotations

import pytest

from tonglu.kernel.errors import DomainError
from tonglu.sales.core.stages import (
    FREELY,
    LOST,
    NEVER,
    REASON,
    WON,
    StageRule,
    change_check,
    move_check,
    skip_check,
    stages_between,
)

SPOT = StageRule(id=1, pipeline_id=1, position=1, label="Spot")
VISIT = StageRule(id=2, pipeline_id=1, position=2, skip=REASON, label="Visit")
OFFER = StageRule(id=3, pipeline_id=1, position=3, skip=NEVER, label="Offer")
CLOSE = StageRule(id=4, pipeline_id=1, position=4, skip=FREELY, label="Close")
WIN = StageRule(id=5, pipeline_id=1, position=5, kind=WON, label="Won")
LOSE = StageRule(id=6, pipeline_id=1, position=6, kind=LOST, label="Lost")
ALL = (SPOT, VISIT, OFFER, CLOSE, WIN, LOSE)


@pytest.mark.parametrize(
    ("now", "to", "passed"),
    [
        (SPOT, VISIT, ()),
        (SPOT, OFFER, (VISIT,)),
        (SPOT, WIN, (VISIT, OFFER, CLOSE)),
        (OFFER, SPOT, ()),
        (SPOT, LOSE, ()),
        (None, VISIT, (SPOT,)),
    ],
)
def test_a_step_forward_passes_over_the_open_stages_between(now, to, passed):
    assert stages_between(ALL, now, to) == passed


def test_a_stage_that_asks_for_a_reason_is_skipped_only_with_one():
    skip_check([VISIT, CLOSE], "Known from the last project")
    skip_check([CLOSE], "")

    with pytest.raises(DomainError) as refused:
        skip_check([VISIT, CLOSE], "  ")

    assert refused.value.code == "reason_needed"
    assert refused.value.text() == "Skipping Visit needs a reason."


def test_a_stage_that_must_not_be_missed_is_not_skipped_with_any_reason():
    with pytest.raises(DomainError) as refused:
        skip_check([VISIT, OFFER], "The director said so")

    assert refused.value.text() == "The stage Offer must not be skipped."


@pytest.mark.parametrize(
    ("now", "to", "code"),
    [
        (SPOT, SPOT, "same_stage"),
        (WIN, SPOT, "closed"),
        (SPOT, WIN, "close_by_verb"),
        (SPOT, LOSE, "close_by_verb"),
    ],
)
def test_a_move_keeps_to_the_open_stages(now, to, code):
    with pytest.raises(DomainError) as refused:
        move_check(now, to)

    assert refused.value.code == code


FOREIGN = StageRule(id=9, pipeline_id=2, position=1)


@pytest.mark.parametrize(
    ("now", "to", "reason", "has_outcome", "code"),
    [
        (None, FOREIGN, "", False, "wrong_pipeline"),
        (SPOT, FOREIGN, "", False, "wrong_pipeline"),
        (SPOT, LOSE, "", False, "reason_needed"),
        (WIN, SPOT, "", False, "reason_needed"),
        (LOSE, WIN, " ", True, "reason_needed"),
    ],
)
def test_some_changes_are_refused_through_every_door(now, to, reason, has_outcome, code):
    with pytest.raises(DomainError) as refused:
        change_check(now, to, pipeline_id=1, reason=reason, has_outcome=has_outcome)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("now", "to", "reason", "has_outcome"),
    [
        (None, LOSE, "", False),
        (SPOT, VISIT, "", False),
        (SPOT, LOSE, "", True),
        (LOSE, SPOT, "They called again", False),
    ],
)
def test_other_changes_are_fine(now, to, reason, has_outcome):
    change_check(now, to, pipeline_id=1, reason=reason, has_outcome=has_outcome)
