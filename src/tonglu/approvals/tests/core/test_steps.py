"""When a request is decided, and whom it waits for."""

from __future__ import annotations

import pytest

from tonglu.approvals.core.steps import ALL, ANY, TURN, StepState, current_step, waiting_for


def step(mode: str, people: tuple[int, ...], *approved: int) -> StepState:
    return StepState(mode=mode, people=people, approved=frozenset(approved))


@pytest.mark.parametrize(
    ("state", "done", "waiting"),
    [
        (step(ANY, (1, 2)), False, (1, 2)),
        (step(ANY, (1, 2), 2), True, ()),
        (step(ALL, (1, 2), 2), False, (1,)),
        (step(ALL, (1, 2), 1, 2), True, ()),
        (step(TURN, (1, 2, 3)), False, (1,)),
        (step(TURN, (1, 2, 3), 1), False, (2,)),
        (step(TURN, (1, 2, 3), 1, 2, 3), True, ()),
        (step(ALL, ()), True, ()),
    ],
)
def test_a_step_is_done_by_any_by_all_or_by_all_in_turn(state, done, waiting):
    assert (state.done, state.waiting) == (done, waiting)


def test_steps_follow_each_other():
    steps = [step(ANY, (1,), 1), step(ALL, (2, 3)), step(ANY, (4,))]

    assert current_step(steps) == 1
    assert waiting_for(steps) == (2, 3)


def test_when_every_step_is_done_nobody_is_waited_for():
    steps = [step(ANY, (1,), 1), step(ALL, (2, 3), 2, 3)]

    assert current_step(steps) is None
    assert waiting_for(steps) == ()
