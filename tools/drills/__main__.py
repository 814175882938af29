"""Run the drills. `python -m tools.drills [NAME ...] [--small | --share 0.1] [--seed N] [--json FILE] [--list]`

Prints a line for each figure: the drill, what was found of how many tried, and the bound. Ends with 0 only when every drill ran and
holds, every fault planted on purpose was found, and nothing was left out; with 1 when something was found; with 3 when all that ran
holds, but something was left out, such as for a program that is not installed. What was left out, and how to install it, is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .catalogue import DRILLS, Listed, named
from .fixture import SEED, SHARE, SIZE
from .reporting import REPORT

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".tonglu" / "drills"
PLANTED = "test_planted_"


@dataclass(kw_only=True)
class Outcome:
    """What a drill came to."""

    name: str
    tries: str
    seconds: float = 0
    tests: int = 0
    planted: int = 0
    figures: list[dict[str, Any]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything was tried and nothing was found."""
        return self.tests > 0 and not self.failed and not self.left_out

    @property
    def is_broken(self) -> bool:
        """Whether something was found, or the drill did not even begin."""
        return bool(self.failed) or not self.tests

    @property
    def word(self) -> str:
        """How it is told in one word."""
        if self.is_broken:
            return "BROKEN"
        return "PARTLY" if self.left_out else "holds "

    def add(self, told: dict[str, Any]) -> None:
        """Take in what one test came to."""
        planted = PLANTED in told["test"]
        self.tests += 1
        self.planted += planted and told["outcome"] == "passed"
        if not planted:
            self.figures += told["figures"]
        if told["outcome"] == "failed":
            self.failed.append(f"{told['test']}: {told['words']}")
        elif told["outcome"] == "skipped":
            self.left_out.append(f"{told['test']}: {told['words']}")

    def lines(self) -> list[str]:
        """A line for each figure, or one for the tests when they tell none."""
        tried = self.tests - len(self.left_out)
        told = [_told(figure) for figure in self.figures]
        told = told or [f"{tried - len(self.failed)} of {tried} tests hold"]
        more = f"; {self.planted} planted faults found" if self.planted else ""
        told[-1] += f"{more}; {self.seconds:.0f} s"
        return [f"{self.name:<12} {self.word} {one}" for one in told] + [
            *(f"{self.name:<12} failed: {one}" for one in self.failed),
            *(f"{self.name:<12} left out: {one}" for one in self.left_out),
        ]


def _told(figure: dict[str, Any]) -> str:
    unit = figure["unit"]
    found = f"{figure['found']:,}{unit} of {figure['of']:,}"
    return f"{figure['what']}: {found} (bound {figure['bound']:,}{unit})"


def run(listed: Listed) -> Outcome:
    """Run one drill in a process of its own; its tests' own words go to a log."""
    outcome = Outcome(name=listed.name, tries=listed.tries)
    FOLDER.mkdir(parents=True, exist_ok=True)
    report, began = FOLDER / f"{listed.name}.json", time.monotonic()
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-p", "tools.drills.reporting", *listed.nodes]
    environment = {**os.environ, REPORT: str(report)}
    with (FOLDER / f"{listed.name}.log").open("w") as log:
        subprocess.run(command, cwd=ROOT, env=environment, stdout=log, stderr=log, check=False)
    for one in json.loads(report.read_text()) if report.exists() else ():
        outcome.add(one)
    outcome.seconds = round(time.monotonic() - began, 1)
    return outcome


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tools.drills", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--small", action="store_true", help="the size that `make test` runs")
    parser.add_argument("--share", type=float, default=1, help="so much of the long size")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--json", type=Path, default=None, help="write the outcomes to this file")
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    if asked.list:
        print("\n".join(f"{one.name:<12} {one.tries}" for one in DRILLS))
        return 0
    os.environ[SIZE] = "small" if asked.small else "long"
    os.environ[SHARE] = str(asked.share)
    if asked.seed is not None:
        os.environ[SEED] = str(asked.seed)
    outcomes = []
    for listed in named(asked.names):
        outcomes.append(run(listed))
        print("\n".join(outcomes[-1].lines()), flush=True)
    if asked.json:
        told = [{**asdict(one), "holds": one.holds} for one in outcomes]
        asked.json.write_text(json.dumps(told, indent=2, default=str) + "\n")
    return exit_code(outcomes)


def exit_code(outcomes: list[Outcome]) -> int:
    """0 when all hold, 1 when one is broken, 3 when some were only left out."""
    if any(one.is_broken for one in outcomes):
        return 1
    return 0 if all(one.holds for one in outcomes) else 3


if __name__ == "__main__":
    sys.exit(main())
