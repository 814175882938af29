"""The command that runs the drills knows all of them, and holds only when nothing was found and nothing left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.drills.__main__ import ROOT, Outcome, exit_code
from tools.drills.catalogue import DRILLS, named
from tools.drills.fixture import SHARE, SIZE, Drill
from tools.failover.parts import absent

FIGURE = {"what": "rows changed", "found": 0, "of": 1200, "bound": 0, "unit": ""}


def told(
    outcome: str, test: str = "test_one", figures: tuple[object, ...] = ()
) -> dict[str, object]:
    return {"test": f"a.py::{test}", "outcome": outcome, "words": "why", "figures": list(figures)}


def outcome_of(*tests: dict[str, object]) -> Outcome:
    outcome = Outcome(name="purity", tries="")
    for test in tests:
        outcome.add(test)
    return outcome


def test_every_drill_is_listed_and_exists() -> None:
    listed = {node for one in DRILLS for node in one.nodes}
    found = {str(path.relative_to(ROOT)) for path in Path(ROOT, "tests/drills").rglob("test_*.py")}

    assert found - listed == set()
    assert [node for node in listed if not (ROOT / node).exists()] == []
    assert [one.name for one in named(["races", "purity"])] == ["races", "purity"]
    with pytest.raises(SystemExit, match="no drill named nonsense"):
        named(["nonsense"])


def test_a_drill_holds_when_all_was_tried_and_nothing_found() -> None:
    good = outcome_of(told("passed", figures=(FIGURE,)), told("passed", "test_planted_x"))

    assert good.holds
    assert good.lines() == [
        "purity       holds  rows changed: 0 of 1,200 (bound 0); 1 planted faults found; 0 s"
    ]


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_a_drill_that_found_something_or_left_it_out_does_not_hold(outcome: str) -> None:
    bad = outcome_of(told("passed"), told(outcome))

    assert not bad.holds
    assert "why" in bad.lines()[-1]
    assert bad.is_broken == (outcome == "failed")
    assert not outcome_of().holds


def test_what_was_only_left_out_is_told_apart_from_what_is_broken() -> None:
    whole, partly = outcome_of(told("passed")), outcome_of(told("passed"), told("skipped"))
    broken = outcome_of(told("failed"))

    assert [exit_code(one) for one in ([whole], [whole, partly], [partly, broken])] == [0, 3, 1]
    assert exit_code([outcome_of()]) == 1
    assert partly.lines() == [
        "purity       PARTLY 1 of 1 tests hold; 0 s",
        "purity       left out: a.py::test_one: why",
    ]


def test_a_share_of_the_long_size_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv(SIZE, "long")
    monkeypatch.setenv(SHARE, "0.1")

    drill: Drill = request.getfixturevalue("drill")

    assert [drill.size(80, 50_000), drill.size(80, 100)] == [5_000, 80]


def test_what_is_not_installed_is_told_with_how_to_install_it() -> None:
    words = absent(["patroni", "etcd"])

    assert words.startswith("not installed: patroni, etcd; pip install 'patroni[")
    assert words.endswith(" and apt-get install etcd-server")
