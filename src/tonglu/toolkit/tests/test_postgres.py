"""The embedded server starts in a private folder, serves two roles, and lives as long as somebody uses it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tonglu.toolkit.databases import database_drop
from tonglu.toolkit.postgres import OWNER, SUPERUSER, Cluster, account

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("private")
    folder.chmod(0o700)
    cluster = Cluster(folder / "postgres")
    with cluster.used():
        yield cluster
    cluster.remove()


def test_data_is_checked_and_text_is_unicode(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url()) as connection:
        row = connection.execute(
            "SELECT current_setting('data_checksums'), current_setting('server_encoding'),"
            " lower('ÄÖ 通路'), current_setting('listen_addresses')"
        ).fetchone()

    assert row == ("on", "UTF8", "äö 通路", "")


def test_the_application_writes_rows_and_cannot_change_tables(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url(OWNER), autocommit=True) as owner:
        owner.execute("CREATE TABLE deal (id bigint)")

    with psycopg.connect(cluster.url(), autocommit=True) as application:
        application.execute("INSERT INTO deal VALUES (1)")
        for refused in ("DROP TABLE deal", "TRUNCATE deal", "CREATE TABLE other (id bigint)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(refused)


def test_the_last_user_stops_it(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres")

    with ExitStack() as users:
        users.enter_context(cluster.used())
        with cluster.used():
            pass
        assert cluster.is_running()

    assert not cluster.is_running()


def test_two_servers_run_side_by_side(cluster: Cluster, tmp_path: Path) -> None:
    other = Cluster(tmp_path / "postgres")

    with other.used():
        assert cluster.is_running()
        assert other.host != cluster.host


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / ("long" * 30) / "postgres")

    assert len(cluster.host) < 40


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs an account for the server")
def test_a_private_folder_is_opened_to_the_account_alone(cluster: Cluster) -> None:
    private = cluster.folder.parent
    servers = account.server_account()

    assert servers is not None
    assert private.stat().st_mode & 0o007 in (0, 1)
    assert account._may_pass(servers, private)
    assert cluster.data.stat().st_uid == servers.uid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs an account for the server")
def test_a_folder_that_is_closed_again_is_opened_again(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres")

    with cluster.used():
        tmp_path.chmod(0o700)  # which takes effect away from every name in the access list

    assert not cluster.is_running()


def test_a_test_database_goes_while_autovacuum_works_in_it(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres")
    with (
        cluster.used(),
        psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as admin,
        psycopg.connect(cluster.url(OWNER, "postgres"), autocommit=True) as owner,
    ):
        owner.execute("CREATE DATABASE passing")
        with psycopg.connect(cluster.url(OWNER, "passing"), autocommit=True) as left_open:
            left_open.execute("CREATE TABLE deal AS SELECT n FROM generate_series(1, 100000) n")
            _autovacuum_dawdles(admin, "passing")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute("DROP DATABASE passing WITH (FORCE)")

            database_drop(owner, "passing")


def _autovacuum_dawdles(admin: psycopg.Connection, database: str) -> None:
    """Return when it has begun to work in a database, slowly."""
    for setting in ("naptime = 1", "vacuum_cost_delay = 100", "vacuum_cost_limit = 1"):
        admin.execute(f"ALTER SYSTEM SET autovacuum_{setting}".encode())
    admin.execute("SELECT pg_reload_conf()")
    works = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND backend_type = 'autovacuum worker'"
    )
    deadline = time.monotonic() + 90
    while not admin.execute(works.encode(), [database]).fetchone():
        assert time.monotonic() < deadline, "autovacuum never came"
        time.sleep(0.2)
