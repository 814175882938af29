"""The failover drill (`python -m tools.failover`, `make drills DRILLS=failover`), and the fault it must find."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tools.drills.fixture import Drill
from tools.failover.load import Ledger
from tools.failover.parts import absent, missing
from tools.releases import ROOT

needs_parts = pytest.mark.skipif(bool(missing()), reason=absent(missing()))


@needs_parts
def test_the_primary_dies_under_load_and_nothing_acknowledged_is_lost(drill: Drill, tmp_path):
    found = _run(drill, tmp_path, "--seconds", "20")

    drill.tell("acknowledged writes lost", found["lost"], found["acknowledged"])
    drill.tell("acknowledged writes doubled", found["doubled"], found["acknowledged"])
    drill.tell("payouts wrong or doubled", found["payouts_wrong"], found["payouts"])
    for part in ("web", "primary"):
        pause = round(found[f"{part}_pause"], 1)
        drill.tell(f"pause after the {part} died", pause, 1, bound=30, unit=" s")
    assert found["acknowledged"] > 100
    assert found["payouts"] > 0
    assert found["holds"]


@needs_parts
def test_planted_a_replica_that_is_behind_loses_writes(drill: Drill, tmp_path):
    found = _run(drill, tmp_path, "--seconds", "10", "--planted")

    assert found["lost"] > 0
    assert not found["holds"]


def test_the_longest_pause_is_measured_between_acknowledged_writes():
    told = Ledger(moments=[1.0, 2.0, 9.0, 9.5, 30.0])

    assert told.pause_after(2.0, until=10.0) == 7.0
    assert told.pause_after(9.5, until=20.0) == 10.5


def _run(drill: Drill, folder, *words):
    """Run the program; only at its long size, since it takes minutes."""
    if not drill.long:
        pytest.skip("takes minutes: make drills DRILLS=failover")
    report = folder / "found.json"
    command = [sys.executable, "-m", "tools.failover", "--json", str(report), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout + done.stderr
    return json.loads(report.read_text())
