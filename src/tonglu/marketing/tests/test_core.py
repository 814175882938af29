"""The pure rules of leads: which step may follow which, whose turn it is, and how points add up."""

from __future__ import annotations

import pytest

from tonglu.kernel.errors import DomainError
from tonglu.marketing.core.life import may_follow, step_check
from tonglu.marketing.core.points import Points, score_of
from tonglu.marketing.core.turns import least_loaded, next_in_turn


@pytest.mark.parametrize(
    ("now", "then", "allowed"),
    [
        ("new", "nurturing", True),
        ("new", "qualified", True),
        ("qualified", "converted", True),
        ("nurturing", "dead", True),
        ("dead", "new", True),
        ("dead", "qualified", False),
        ("converted", "new", False),
        ("converted", "dead", False),
    ],
)
def test_a_lead_goes_only_where_life_allows(now: str, then: str, allowed: bool) -> None:
    assert may_follow(now, then) is allowed


def test_a_refused_step_names_the_way() -> None:
    with pytest.raises(DomainError) as refusal:
        step_check("dead", "qualified")

    assert (refusal.value.code, refusal.value.next_step) == (
        "lead_dead",
        "Use Revive, and say what changed.",
    )


@pytest.mark.parametrize(
    ("people", "last", "next_"),
    [
        ([3, 1, 2], None, 1),
        ([3, 1, 2], 1, 2),
        ([3, 1, 2], 3, 1),
        ([2], 2, 2),
        ([1, 5], 3, 5),
        ([], 1, None),
    ],
)
def test_turns_go_round(people: list[int], last: int | None, next_: int | None) -> None:
    assert next_in_turn(people, last) == next_


def test_the_least_loaded_takes_the_lead() -> None:
    assert least_loaded([1, 2, 3], {1: 4, 2: 1, 3: 1}) == 2
    assert least_loaded([1, 2], {1: 4}) == 2
    assert least_loaded([], {}) is None


@pytest.mark.parametrize(
    ("points", "score"), [((30, 20), 50), ((90, 40), 100), ((-20,), 0), ((), 0)]
)
def test_a_score_stays_between_none_and_a_hundred(points: tuple[int, ...], score: int) -> None:
    given = [Points(rule=i, reason="", points=p) for i, p in enumerate(points)]

    assert score_of(given) == score
