"""The database tests run on: the embedded server unless one was named, copied from a template that is migrated once.

Applying every migration takes many seconds, copying a migrated database half a second. The template's name holds a digest of
all migrations, so it is made anew exactly when one of them changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.files import locks
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from tonglu.toolkit.databases import database_disconnect, database_drop
from tonglu.toolkit.migrating import in_a_hurry
from tonglu.toolkit.postgres import SUPERUSER, Cluster

_FASTER = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")


def server_hurry(cluster: Cluster) -> None:
    """What a server for tests holds may be lost, so it need not wait for the disk."""
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as admin:
        for setting in _FASTER:
            admin.execute(f"ALTER SYSTEM SET {setting}".encode())
        admin.execute("SELECT pg_reload_conf()")


def template_ready() -> str:
    """The name of a migrated database to copy, made if there is none for today's migrations."""
    prefix = f"{settings.DATABASES['default']['NAME']}_template_"
    name = prefix + _migrations_digest()
    with _one_at_a_time(), _server() as server:
        if name not in _databases(server, prefix):
            for old in _databases(server, prefix):
                database_drop(server, old)
            _make(server, f"{prefix}draft", name)
    return name


def database_reset() -> None:
    """Give the next test a fresh copy of the template.

    Django would empty every table instead, which the append-only ones refuse, and which takes longer.
    """
    name, template = (
        connection.settings_dict["NAME"],
        connection.settings_dict["TEST"]["TEMPLATE"],
    )
    connections.close_all()
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with _server() as server:
        database_drop(server, name)
        server.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))


def sessions_end(name: str) -> None:
    """End what other threads left open on a test database, so that it can be dropped."""
    with _server() as server:
        database_disconnect(server, name)


def _make(server: Any, draft: str, name: str) -> None:
    """Migrate under a draft name, so that a template that exists is always whole."""
    database_drop(server, draft)
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = draft
    try:
        with in_a_hurry():
            call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    server.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))


def _databases(server: Any, prefix: str) -> list[str]:
    rows = server.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
    )
    return [name for (name,) in rows.fetchall()]


@contextmanager
def _server() -> Iterator[Any]:
    """A connection to the server's own database, as the role that tests run as."""
    with connection._nodb_cursor() as cursor:
        yield cursor.connection


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Test processes start together; one makes the template, the others wait for it."""
    path = Path(settings.DATA_DIR) / "template.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        locks.lock(file, locks.LOCK_EX)
        yield


def _migrations_digest() -> str:
    digest = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
