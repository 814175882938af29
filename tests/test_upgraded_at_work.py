"""An installation is upgraded while people work in it with the former release: no request fails, and none waits for a lock for long.

The former release's programs are no longer here, so its requests are sent as the SQL that its programs would send: they read, change
and add rows by the columns that it knew, each in a transaction of its own, as its role, twenty in a second from before the upgrade's
backup until after its last migration. A wait of more than two seconds for a lock is an error that the database reports.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.test_releases import installation
from tonglu.toolkit.postgres import OWNER, SUPERUSER, Cluster
from tools.drills.fixture import Drill

__all__ = ["installation"]

RATE = 20
LONGEST = 2.0
TABLES = (
    "customers_account",
    "customers_contact",
    "sales_opportunity",
    "collaboration_task",
    "orders_contract",
    "finance_collection",
)
"""Where the former release writes; it reads everything."""
GROWN = TABLES[:3]
COLUMNS = """
    SELECT attname, attnotnull, EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisunique AND attnum = ANY (indkey))
    FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'id'
"""


@dataclass(kw_only=True)
class Work:
    """What came of the requests: seconds each took from when it was due, what failed, and what was acknowledged as added."""

    seconds: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    added: list[str] = field(default_factory=list)


class Former:
    """Requests of the release that is being replaced, by the tables and columns it had."""

    def __init__(self, url: str, dice: random.Random) -> None:
        self.url, self.dice = url, dice
        with psycopg.connect(url) as connection:
            rows = connection.execute(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND is_generated = 'NEVER'"
            ).fetchall()
        self.columns: dict[str, list[str]] = {}
        for table, column in rows:
            self.columns.setdefault(table, []).append(column)
        self.readable = sorted(name for name, known in self.columns.items() if "id" in known)

    def ask(self, number: int) -> str:
        """One request; gives the mark of the row that was added, if one was."""
        part = number % 10
        with psycopg.connect(self.url, options=f"-c lock_timeout={LONGEST}s") as connection:
            if part < 7:
                self._read(connection, self.dice.choice(self.readable))
                return ""
            if part < 9:
                self._change(connection, TABLES[number % len(TABLES)])
                return ""
            return self._add(connection, f"at-work-{number}")

    def _read(self, connection: Any, table: str) -> None:
        text = "SELECT {} FROM {} ORDER BY id DESC LIMIT 50"
        connection.execute(sql.SQL(text).format(self._names(table), sql.Identifier(table)))

    def _change(self, connection: Any, table: str) -> None:
        text = (
            "UPDATE {0} SET version = version + 1, updated_at = now()"
            " WHERE id = (SELECT id FROM {0} ORDER BY id LIMIT 1 OFFSET %s)"
        )
        connection.execute(sql.SQL(text).format(sql.Identifier(table)), (self.dice.randrange(9),))

    def _add(self, connection: Any, mark: str) -> str:
        """A customer, like one that is there."""
        own = {"id", "external_id", "name"}
        alike = sql.SQL(", ").join(
            sql.Identifier(name) for name in self.columns["customers_account"] if name not in own
        )
        text = (
            "INSERT INTO customers_account (external_id, name, {0})"
            " SELECT %(mark)s, %(mark)s, {0} FROM customers_account ORDER BY id LIMIT 1"
        )
        connection.execute(sql.SQL(text).format(alike), {"mark": mark})
        return mark

    def _names(self, table: str) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(name) for name in self.columns[table])


@contextmanager
def at_work(former: Former) -> Iterator[Work]:
    """Send requests at their time until the end of the block."""
    work, lock, over = Work(), threading.Lock(), threading.Event()

    def one(number: int, due: float) -> None:
        said, added = "", ""
        try:
            added = former.ask(number)
        except psycopg.Error as problem:
            said = f"{type(problem).__name__}: {problem}"[:300]
        with lock:
            work.seconds.append(time.monotonic() - due)
            work.failed.update([said] if said else [])
            work.added += [added] if added else []

    def send() -> None:
        began, number = time.monotonic(), 0
        with ThreadPoolExecutor(48) as pool:
            while not over.is_set():
                due = began + number / RATE
                time.sleep(max(0.0, due - time.monotonic()))
                pool.submit(one, number, due)
                number += 1

    sender = threading.Thread(target=send)
    sender.start()
    try:
        time.sleep(1)
        yield work
        time.sleep(1)
    finally:
        over.set()
        sender.join()


def grown(url: str, rows: int) -> None:
    """More rows in the tables that people write to, so that what locks them takes its time."""
    with psycopg.connect(url, options="-c session_replication_role=replica") as connection:
        for table in GROWN if rows else ():
            names, values = [], []
            for name, is_needed, is_unique in connection.execute(COLUMNS, (table,)).fetchall():
                if is_unique and not is_needed:
                    continue
                names.append(sql.Identifier(name))
                alike = sql.SQL("one.{}").format(sql.Identifier(name))
                values.append(
                    sql.SQL("left(md5(random()::text), 16)") if is_unique else alike,
                )
            text = "INSERT INTO {0} ({1}) SELECT {2} FROM {0} one, generate_series(1, %s) LIMIT %s"
            columns, read = sql.SQL(", ").join(names), sql.SQL(", ").join(values)
            made = sql.SQL(text).format(sql.Identifier(table), columns, read)
            connection.execute(made, (rows, rows))


def _kept(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT external_id FROM customers_account WHERE external_id LIKE 'at-work-%'"
        )
        return {row[0] for row in found}


@pytest.mark.slow
def test_an_upgrade_stops_nobody_who_works(installation: Any, drill: Drill) -> None:
    _kept_then, run = installation
    cluster = Cluster(Path(run.environment["TONGLU_DATA"]) / "postgres")
    grown(cluster.url(SUPERUSER), drill.size(0, 50_000))

    with at_work(Former(cluster.url(), drill.dice())) as work:
        told = run("tonglu.cli", "upgrade")

    slowest, lost = max(work.seconds), set(work.added) - _kept(cluster.url())
    assert "all is well" in told
    assert len(work.added) > len(TABLES)
    drill.tell(
        "longest request during an upgrade", round(slowest, 2), len(work.seconds), bound=LONGEST,
        unit=" s",
    )  # fmt: skip
    faults = [*(f"{times} x {said}" for said, times in work.failed.items()), *lost]
    drill.holds(
        f"requests that failed during an upgrade, and of {len(work.added)} added customers lost",
        faults,
        of=len(work.seconds),
    )
    assert slowest < LONGEST


def test_planted_a_step_that_locks_a_table_is_found(installation: Any, drill: Drill) -> None:
    _kept_then, run = installation
    cluster = Cluster(Path(run.environment["TONGLU_DATA"]) / "postgres")

    with (
        at_work(Former(cluster.url(), drill.dice())) as work,
        psycopg.connect(cluster.url(OWNER)) as step,
    ):
        step.execute("LOCK TABLE customers_account")
        time.sleep(LONGEST + 1)

    assert any("lock timeout" in said for said in work.failed)
