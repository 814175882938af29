"""How the installation fares, for its administrator and its monitor: figures, and the statements that cost most.

Where the database keeps its own statistics (`pg_stat_statements`), they are shown; elsewhere what Tonglu noted itself. Both hold
statements without their values.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tonglu import __version__
from tonglu.audit.selectors import chain_state
from tonglu.toolkit.health import Figure
from tonglu.toolkit.traffic import Totals, slow_statements, totals

SHOWN = 50
_STATISTICS = """
SELECT query, calls, total_exec_time / 1000, max_exec_time / 1000 FROM pg_stat_statements AS s
JOIN pg_database AS d ON d.oid = s.dbid AND d.datname = current_database()
WHERE mean_exec_time >= %s ORDER BY total_exec_time DESC LIMIT %s
"""


@dataclass(frozen=True, kw_only=True)
class Slow:
    """One kind of statement: how often it ran, how long in all and at most, and where it was last met."""

    statement: str
    count: int
    seconds: float
    longest: float
    place: str = ""
    last_at: datetime | None = None

    @property
    def mean(self) -> float:
        """Its usual time."""
        return self.seconds / self.count if self.count else 0.0


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """Everything the page shows."""

    version: str
    database: str
    database_bytes: int
    connections: int
    most_connections: int
    traffic: Totals
    slow: list[Slow]
    from_database: bool
    threshold: int


def pulse() -> Pulse:
    """The state at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_database_size(current_database()),"
            " (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),"
            " current_setting('max_connections')::int"
        )
        version, size, connections, most = cursor.fetchone()
    kept = _from_database()
    return Pulse(
        version=__version__,
        database=version,
        database_bytes=size,
        connections=connections,
        most_connections=most,
        traffic=totals(),
        slow=_own() if kept is None else kept,
        from_database=kept is not None,
        threshold=settings.SLOW_STATEMENT_MS,
    )


def audit_figures() -> Iterable[Figure]:
    """What the monitor should know of the audit chain."""
    state = chain_state()
    yield Figure(
        name="tonglu_audit_unsealed",
        help="Entries of the trail that are not sealed yet.",
        values=(("", state.waiting),),
    )
    if state.last is not None:
        whole = float(state.last.broken_at is None)
        yield Figure(
            name="tonglu_audit_chain_whole",
            help="1 when the last verification found the chain whole.",
            values=(("", whole),),
        )
        yield Figure(
            name="tonglu_audit_checked_timestamp_seconds",
            help="When the chain was last verified.",
            values=(("", float(int(state.last.at.timestamp()))),),
        )


def _own() -> list[Slow]:
    return [
        Slow(
            statement=one.statement,
            count=one.count,
            seconds=one.seconds,
            longest=one.longest,
            place=one.place,
            last_at=one.last_at,
        )
        for one in slow_statements(SHOWN)
    ]


def _from_database() -> list[Slow] | None:
    """The database's own statistics, or None where it keeps none that we may read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_stat_statements'")
        if cursor.fetchone() is None:
            return None
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_STATISTICS, [settings.SLOW_STATEMENT_MS, SHOWN])
            rows = cursor.fetchall()
    except DatabaseError:
        return None
    return [Slow(statement=q, count=n, seconds=s, longest=m) for q, n, s, m in rows]
