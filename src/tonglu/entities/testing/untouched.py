"""Showing that a refused act left the database as it was: by counting writes, or by a fingerprint of every table."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

PASSING = ("django_session", "usersessions", "cache", "api_token", "audit_head", "directory_person")
"""Tables that signing in and being seen write to, whatever was asked."""


def write_count() -> int:
    """How many rows this transaction has written so far, apart from sessions: equal before and after means untouched."""
    skipped = " AND ".join(f"relname NOT LIKE '%%{name}%%'" for name in PASSING)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
            f" FROM pg_stat_xact_user_tables WHERE {skipped}"
        )
        return int(cursor.fetchone()[0])


def digest() -> dict[str, str]:
    """A fingerprint of each table's rows, apart from those that every request touches."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
        )
        names = [name for (name,) in cursor.fetchall() if not any(p in name for p in PASSING)]
        parts = [
            f"SELECT '{name}', coalesce(md5(string_agg(md5(t::text), '' ORDER BY t::text)), '')"
            f' FROM "{name}" t'
            for name in names
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return dict(sorted(cursor.fetchall()))


@dataclass(kw_only=True)
class Untouched:
    """Holds what the database was; `check()` fails when a refused act left anything behind."""

    written: int
    before: dict[str, str] | None = None

    @classmethod
    def now(cls, *, exact: bool = False) -> Untouched:
        """Remember the state. The count of writes is enough where nothing is tried and rolled back."""
        return cls(written=write_count(), before=digest() if exact else None)

    def check(self, what: str = "") -> None:
        """Fail when rows were written."""
        if self.before is not None:
            after = digest()
            differs = [name for name, was in self.before.items() if after[name] != was]
            assert not differs, f"{what} changed {differs}"
        else:
            assert write_count() == self.written, f"{what} wrote rows"
