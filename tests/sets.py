"""What the tests of sets share: bringing a set in twice and taking it back, and counting what the files say."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tonglu.audit.models import Entry
from tonglu.entities.changesets import changeset_undo
from tonglu.entities.transfer.run import Report
from tonglu.entities.transfer.sets import set_run
from tonglu.policy import Actor

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "docs" / "examples"
SYSTEM = Actor.system("cli")


def real_data(name: str) -> Path:
    """A folder of third-party data beside the repository; the test is skipped where there is none."""
    for above in ROOT.parents:
        for place in (above / "shared" / "data" / name, above / "data" / name):
            if place.is_dir():
                return place
    pytest.skip(f"the third-party data {name} is not on this machine")


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def brought_in(example: str, folder: Path) -> list[Report]:
    """Run an example set over a folder, as the system."""
    return set_run(actor=SYSTEM, path=EXAMPLES / example, folder=folder)


def assert_nothing_changes(example: str, folder: Path) -> None:
    """A second run makes nothing, changes nothing and leaves no entry in the trail."""
    before = Entry.objects.count()

    again = brought_in(example, folder)

    assert [(r.created, r.updated) for r in again] == [(0, 0)] * len(again)
    assert Entry.objects.count() == before


def taken_back(reports: list[Report]) -> Iterator[list[str]]:
    """Undo every step, the last one first; gives what each kept."""
    for report in reversed(reports):
        assert report.changeset is not None
        yield changeset_undo(actor=SYSTEM, changeset=report.changeset).kept


def money(text: str) -> Decimal:
    """An amount of a file."""
    return Decimal(text.replace("$", "").replace(",", "") or 0)
