"""Back to a moment between two changes, from the archived log of the embedded server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tonglu.toolkit.backup.archiving import archive_options, base_take, bases_tidy, restore_at
from tonglu.toolkit.postgres import SUPERUSER, Cluster, ServerFailed

pytestmark = pytest.mark.slow


def test_the_state_between_two_changes_comes_back(tmp_path):
    archive = tmp_path / "archive"
    archive.mkdir()
    cluster = Cluster(tmp_path / "postgres", tuple(archive_options(archive)))
    early = datetime.now(UTC) - timedelta(days=1)
    try:
        with cluster.used(), psycopg.connect(cluster.url(SUPERUSER), autocommit=True) as connection:
            connection.execute("CREATE TABLE money (amount int)")
            base_take(cluster, archive)
            connection.execute("INSERT INTO money VALUES (100)")
            moment = _now(connection)
            connection.execute("DELETE FROM money")
            connection.execute("INSERT INTO money VALUES (666)")
            connection.execute("SELECT pg_switch_wal()")
            _until_archived(connection)
            bases_tidy(archive)

        restore_at(archive, moment, tmp_path / "place")

        restored = Cluster(tmp_path / "place" / "postgres")
        with restored.used(), psycopg.connect(restored.url(SUPERUSER)) as connection:
            assert connection.execute("SELECT amount FROM money").fetchall() == [(100,)]
            connection.execute("INSERT INTO money VALUES (1)")  # it takes writes again
        with pytest.raises(ServerFailed, match="no base from before"):
            restore_at(archive, early, tmp_path / "other")
    finally:
        cluster.remove()
        Cluster(tmp_path / "place" / "postgres").remove()


def _now(connection):
    """The server's clock, after which the next change is at least a moment later."""
    (found,) = connection.execute("SELECT clock_timestamp() FROM pg_sleep(0.05)").fetchone()
    connection.execute("SELECT pg_sleep(0.05)")
    return found


def _until_archived(connection):
    for _ in range(200):
        connection.execute("SELECT pg_sleep(0.1)")
        waiting = connection.execute(
            "SELECT count(*) FROM pg_ls_dir('pg_wal/archive_status') f WHERE f LIKE '%.ready'"
        ).fetchone()
        if waiting == (0,):
            return
    raise AssertionError("The log was not archived.")
