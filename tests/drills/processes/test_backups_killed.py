"""A backup of a database in which people work, killed at a random moment: what stands under its name is whole, and nothing stays behind.

Somebody goes on writing customers meanwhile. The last backup is let finish: it holds every customer acknowledged before it began, and
what the killed ones left, a copy of everything and perhaps a server, is gone after it.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from tonglu.customers.models import Account
from tonglu.policy.testing import Cast
from tonglu.toolkit.backup import Source, backup_take, scratch, taking
from tonglu.toolkit.backup.archive import BackupDamaged, archive_check
from tools.drills.fixture import Drill

from .served import database_url
from .struck import Tell, struck

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def writing(cast: Cast) -> Iterator[list[str]]:
    """Somebody makes one customer after the other; the names that were committed."""
    told: list[str] = []
    over = threading.Event()

    def write() -> None:
        while not over.wait(0.01):
            Account.objects.create(name=f"Acme {len(told)}", owner=cast.ana, department=cast.east)
            told.append(f"Acme {len(told)}")
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield told
    finally:
        over.set()
        writer.join()


def halves(folder: Path) -> list[str]:
    """The files under a backup's name that are not whole."""
    wrong = []
    for path in folder.glob("*.tonglu"):
        try:
            archive_check(path)
        except BackupDamaged as problem:
            wrong.append(str(problem))
    return wrong


def left_behind(folders: tuple[Path, ...]) -> list[str]:
    """What killed backups left: folders, and processes that work in them."""
    found = [str(path) for folder in folders for path in folder.glob("*") if _is_scratch(path)]
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes()
        except OSError:
            continue
        found += [f"{process.parent.name}: {words!r:.200}"] * any(
            str(folder).encode() in words for folder in folders
        )
    return found


def _is_scratch(path: Path) -> bool:
    return path.name.startswith((".taking-", "tonglu-proof-"))


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Where backups are put and where they are proven, for this test only; leftovers of a moment ago count as left."""
    given = tmp_path / "backups", tmp_path / "scratch"
    for folder in given:
        folder.mkdir()
        folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(given[1]))
    monkeypatch.setattr(scratch, "YOUNG_SECONDS", 0)
    return given


def _source(folder: Path) -> Source:
    return Source(url=database_url(), files=folder / "files", key=folder / "secret-key")


def test_a_killed_backup_of_a_working_house_leaves_no_half_and_no_trace(
    cast: Cast, drill: Drill, places: tuple[Path, Path], tmp_path: Path
) -> None:
    kills, dice, faults, source = drill.size(2, 60), drill.dice(), [], _source(tmp_path)
    with writing(cast) as told:
        for turn in range(kills):
            target, prove = places[0] / f"{turn}.tonglu", drill.long and turn % 2 == 1

            def work(tell: Tell, target: Path = target, prove: bool = prove) -> None:
                backup_take(source, target, prove=prove)
                tell(target.name)

            words = struck(work, dice, after=6 if prove else 1.5)
            faults += [
                f"{name} is missing" for name in words[1:] if not (places[0] / name).exists()
            ]
            faults += halves(places[0])
        known = len(told)
        manifest = backup_take(source, places[0] / "last.tonglu", prove=drill.long)
    held = manifest.tables["customers_account"][0]
    faults += [f"{known - held} acknowledged customers are not in it"] * (held < known)
    faults += [f"left behind: {one}" for one in left_behind(places)]

    assert known > kills
    drill.holds(
        "backups by halves, without what was acknowledged, or leavings of killed ones",
        faults,
        of=kills,
    )


def test_planted_a_backup_written_where_it_belongs_is_found(
    cast: Cast, places: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _source(tmp_path)

    def bold(plain: Path, target: Path, *_for: Any) -> None:
        target.write_bytes(plain.read_bytes()[:-70_000])
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(taking, "archive_publish", bold)
    connections.close_all()
    if not (child := os.fork()):
        backup_take(source, places[0] / "x.tonglu", prove=False)
    os.waitpid(child, 0)

    assert halves(places[0])
    assert left_behind(places)
