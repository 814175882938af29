"""What a database holds at one moment, told in a way that can be compared with another database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

_SETTINGS = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL DateStyle = 'ISO'",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)
_TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relpersistence = 'p' ORDER BY c.relname"""
_SEQUENCES = """SELECT sequencename, last_value FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL ORDER BY sequencename"""
# The sum of 60 bits of each row's MD5: no order changes it, and equal rows count as often as they stand there.
_DIGEST = """SELECT count(*), coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0)::text FROM {} t"""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One moment of a database, held open so that other programs can read the same moment."""

    connection: psycopg.Connection[Any]
    name: str

    def server(self) -> int:
        """The version of PostgreSQL, as a number."""
        return self.connection.info.server_version

    def tables(self) -> dict[str, list[Any]]:
        """Per table the number of rows and their digest."""
        names = [name for (name,) in self.connection.execute(_TABLES)]
        return {name: self._digest(name) for name in names}

    def sequences(self) -> dict[str, int]:
        """Per sequence the last number given; sequences do not wait for transactions, so a later reading may be higher."""
        return dict(self.connection.execute(_SEQUENCES))

    def taken_at(self) -> str:
        """The moment, in UTC."""
        return str(
            self._one("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
        )

    def owner(self) -> str:
        """The role that owns most tables."""
        return str(
            self._one(
                "SELECT tableowner FROM pg_tables WHERE schemaname = 'public'"
                " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
            )
            or ""
        )

    def rows(self, query: str) -> list[Any]:
        """The first row a query gives, or nothing."""
        found = self.connection.execute(query).fetchone()
        return [bytes(v).hex() if isinstance(v, bytes | memoryview) else v for v in found or ()]

    def _one(self, query: str) -> Any:
        found = self.connection.execute(query).fetchone()
        return found[0] if found else None

    def _digest(self, table: str) -> list[Any]:
        found = self.connection.execute(sql.SQL(_DIGEST).format(sql.Identifier(table))).fetchone()
        return list(found or ())


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """A moment of the database, until the block ends."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        for setting in _SETTINGS:
            connection.execute(setting)
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield Snapshot(connection=connection, name=row[0] if row else "")
        connection.rollback()
