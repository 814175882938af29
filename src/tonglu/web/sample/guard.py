"""Telling the sample company from a real one, so that neither is filled in nor wiped in the other's place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from .people import DOMAIN


@dataclass(frozen=True, kw_only=True)
class Inhabitants:
    """Who is in a database: how many people of the sample company, and the names of all others."""

    own: int
    strangers: tuple[str, ...]


def inhabitants() -> Inhabitants:
    """Whoever is in this database; asked in plain SQL, so that it can be asked of an older version's tables, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, coalesce(email, '') FROM directory_person ORDER BY id")
        people = cursor.fetchall()
    strangers = tuple(name for name, email in people if not email.endswith(f"@{DOMAIN}"))
    return Inhabitants(own=len(people) - len(strangers), strangers=strangers)


def brought_in(since: datetime) -> int:
    """How many records were imported from files since then: the sample company imports nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry WHERE door = 'import' AND at > %s", [since]
        )
        return int(cursor.fetchone()[0])
