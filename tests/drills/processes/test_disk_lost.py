"""The machine dies with its disk, at a random moment while somebody writes: what had been written before the last so many seconds is
in the archive.

The embedded server puts its log aside at least every minute. By command the drill waits for real minutes; among the tests the same
server is told to hurry.
"""

from __future__ import annotations

import shutil
import signal
import time
from os import kill
from pathlib import Path

import psycopg
import pytest

from tonglu.toolkit.backup.archiving import archive_options, base_take, restore_at
from tonglu.toolkit.postgres import SUPERUSER, Cluster
from tools.drills.fixture import Drill

pytestmark = pytest.mark.slow
AIM = 300
HASTY = "archive_timeout=2"
LEISURELY = "archive_timeout=3600"


def seconds_lost(folder: Path, *more: str, lived: float) -> tuple[float, int]:
    """How much older than the death the last change is that comes back, and how many before it are missing."""
    archive = folder / "archive"
    cluster = Cluster(folder / "postgres", (*archive_options(archive), *more))
    try:
        with cluster.used():
            _written(cluster, archive, lived)
            died = time.time()
            kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            (cluster.folder / "ready").unlink()
            shutil.rmtree(cluster.data, ignore_errors=True)
        restore_at(archive, None, folder / "new")
        restored = Cluster(folder / "new" / "postgres")
        with restored.used(), psycopg.connect(restored.url(SUPERUSER)) as connection:
            found = connection.execute("SELECT max(number), count(*), max(at) FROM written")
            last, kept, newest = found.fetchone() or (0, 0, 0)
            connection.execute("INSERT INTO written VALUES (0, 0)")
        return died - newest, last - kept
    finally:
        cluster.remove()
        Cluster(folder / "new" / "postgres").remove()


def _written(cluster: Cluster, archive: Path, lived: float) -> None:
    """Somebody writes ten times a second, each change in its own transaction."""
    with psycopg.connect(cluster.url(SUPERUSER), autocommit=True) as connection:
        connection.execute("CREATE TABLE written (number int, at float)")
        connection.execute("INSERT INTO written VALUES (1, %s)", (time.time(),))
        base_take(cluster, archive)
        number, until = 1, time.monotonic() + lived
        while time.monotonic() < until:
            number += 1
            connection.execute("INSERT INTO written VALUES (%s, %s)", (number, time.time()))
            time.sleep(0.1)


def test_what_a_lost_disk_takes_with_it_is_bounded(tmp_path: Path, drill: Drill) -> None:
    deaths, dice, worst, missing = drill.size(1, 5), drill.dice(), 0.0, 0
    for turn in range(deaths):
        lived = dice.uniform(65, 180) if drill.long else 8
        more = () if drill.long else (HASTY,)
        lost, gaps = seconds_lost(tmp_path / str(turn), *more, lived=lived)
        worst, missing = max(worst, lost), missing + gaps

    bound = AIM if drill.long else 7
    drill.tell("seconds lost with the disk, at most", round(worst, 1), deaths, bound=bound)
    drill.tell("changes missing before the last that came back", missing, deaths)
    assert missing == 0
    assert worst <= bound


def test_planted_a_log_that_is_put_aside_too_seldom_is_found(tmp_path: Path) -> None:
    lost, _missing = seconds_lost(tmp_path, LEISURELY, lived=8)

    assert lost > 7
