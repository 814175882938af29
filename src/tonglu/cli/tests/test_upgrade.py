"""An upgrade with data in the tables: it arrives, or everything is as it was."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from tonglu.toolkit.backup.snapshot import snapshot
from tonglu.toolkit.postgres import SUPERUSER, Cluster
from tonglu.toolkit.testing.database import server_hurry

pytestmark = pytest.mark.slow
GO_BACK = """
from django.core.management import call_command
from tonglu.cli.installation import ready
with ready(role="owner"):
    call_command("migrate", "directory", "0004", verbosity=0)
"""
GREW = {"directory_department"}
"""Tables that got a column since."""
IN_THE_WAY = """
    DROP FUNCTION directory_epoch_bump(text) CASCADE;
    CREATE FUNCTION directory_epoch_bump(cache_name text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
    ALTER FUNCTION directory_epoch_bump(text) OWNER TO tonglu_owner;
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """An installation of an earlier state with a person in it: `run(*words)` runs the program there."""
    folder = tmp_path_factory.mktemp("installation")
    unset = ("DATABASE_URL", "PGDATABASE", "DJANGO_SETTINGS_MODULE")
    environment = {key: value for key, value in os.environ.items() if key not in unset}
    environment["TONGLU_DATA"] = str(folder)

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "tonglu.cli", *words],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    cluster = Cluster(folder / "postgres")
    with cluster.used():
        server_hurry(cluster)
        assert run("migrate")[0] == 0
        assert run("person", "create", "ann@example.com", "--name", "Ann 安")[0] == 0
        settings = {"DJANGO_SETTINGS_MODULE": "tonglu.config.settings"}
        subprocess.run([sys.executable, "-c", GO_BACK], env=environment | settings, check=True)
        yield run, cluster
    cluster.remove()


def test_an_upgrade_that_fails_leaves_every_row_as_it_was(installation):
    run, cluster = installation
    with psycopg.connect(cluster.url(SUPERUSER)) as connection:
        connection.execute(IN_THE_WAY)
    before = _tables(cluster)

    code, told = run("upgrade")

    assert code == 1
    assert "the database is as it was" in told
    assert _tables(cluster) == before
    assert run("check", "--json")[0] == 1  # still asks for the migration
    _clear_the_way(cluster)


def test_an_upgrade_keeps_the_rows_and_leaves_a_proven_backup(installation):
    run, cluster = installation
    before = _tables(cluster)

    code, told = run("upgrade")

    assert code == 0, told
    assert "Backed up and proven" in told
    after = _tables(cluster)
    changed = {name for name in before if before[name] != after[name]}
    bookkeeping = {"django_migrations", "directory_epoch"}
    assert changed <= bookkeeping | GREW | {"procrastinate_jobs", "procrastinate_events"}
    assert all(before[name][0] == after[name][0] for name in GREW)
    assert after["directory_person"][0] == 1
    assert run("upgrade") == (0, "The database is up to date.\n")


def _clear_the_way(cluster):
    from importlib import import_module

    module = import_module("tonglu.directory.migrations.0005_epochs_never_repeat")
    with psycopg.connect(cluster.url(SUPERUSER)) as connection:
        connection.execute("DROP FUNCTION directory_epoch_bump(text)")
        connection.execute(module.COUNTED)
        connection.execute("ALTER FUNCTION directory_epoch_bump(text) OWNER TO tonglu_owner")


def _tables(cluster):
    with snapshot(cluster.url(SUPERUSER)) as moment:
        return moment.tables()
