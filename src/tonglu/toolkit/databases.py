"""Whole databases on a server, by a role that may make and drop them and need not be a superuser."""

from __future__ import annotations

from typing import Any

from psycopg import sql

_DISCONNECT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


def database_disconnect(server: Any, name: str) -> None:
    """End every session in a database but one's own."""
    server.execute(_DISCONNECT, [name])


def database_drop(server: Any, name: str) -> None:
    """Drop a database, if there is one of that name, whoever is connected to it.

    Not WITH (FORCE): that is refused to a role that is no superuser while autovacuum works in the database, whereas a plain
    DROP sends autovacuum away and gives sessions that are ending five seconds.
    """
    database_disconnect(server, name)
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
