"""The bench's tables in PostgreSQL, read and written by COPY in a schema of their own that is dropped at the end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import polars as pl
from psycopg import Connection

SLICE = 500_000
_MAKE = """
DROP SCHEMA IF EXISTS pay_bench CASCADE;
CREATE SCHEMA pay_bench;
CREATE TABLE pay_bench.fact (id bigint, day date, amount bigint, cost bigint, product text);
CREATE TABLE pay_bench.credit (fact bigint, payee text, pct bigint);
CREATE TABLE pay_bench.ledger (component text, fact bigint, payee text, "window" text, before bigint, after bigint, amount bigint);
"""
_FACTS = "COPY pay_bench.fact TO STDOUT (FORMAT csv)"
_CREDITS = "COPY pay_bench.credit TO STDOUT (FORMAT csv)"
_FACT_COLUMNS: dict[str, Any] = {
    "id": pl.Int64, "day": pl.Date, "amount": pl.Int64, "cost": pl.Int64, "product": pl.Categorical(),
}  # fmt: skip
_CREDIT_COLUMNS: dict[str, Any] = {"fact": pl.Int64, "payee": pl.Categorical(), "pct": pl.Int64}


class Store:
    """A connection in which nothing but the bench's own schema is touched."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection

    def make(self, facts: pl.DataFrame, credits: pl.DataFrame) -> None:
        """The tables, filled with the book."""
        self.connection.execute(_MAKE)
        self.copy_in("fact", _as_csv(facts))
        self.copy_in("credit", _as_csv(credits))
        self.connection.execute("ANALYZE pay_bench.fact; ANALYZE pay_bench.credit")

    def drop(self) -> None:
        self.connection.execute("DROP SCHEMA IF EXISTS pay_bench CASCADE")

    def empty(self) -> None:
        """The ledger without a row."""
        self.connection.execute("TRUNCATE pay_bench.ledger")

    def read(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Facts and credits as columns."""
        facts = pl.read_csv(self._copy_out(_FACTS), has_header=False, schema=_FACT_COLUMNS)
        credits = pl.read_csv(self._copy_out(_CREDITS), has_header=False, schema=_CREDIT_COLUMNS)
        return facts, credits

    def read_only(self) -> int:
        """The floor of reading: the same bytes, looked at by nobody."""
        return sum(len(self._copy_out(query).getbuffer()) for query in (_FACTS, _CREDITS))

    def write(self, rows: pl.DataFrame) -> None:
        """The ledger's rows, slice by slice, so that memory holds one slice of text."""
        self.copy_in("ledger", _as_csv(_ledger(rows)))

    def copy_in(self, table: str, parts: Iterator[bytes]) -> None:
        """Any rows that are text already."""
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY pay_bench.{table} FROM STDIN (FORMAT csv)".encode()) as copy,
        ):
            for part in parts:
                copy.write(part)

    def count(self) -> int:
        found = self.connection.execute("SELECT count(*) FROM pay_bench.ledger").fetchone()
        return int(found[0]) if found else 0

    def _copy_out(self, query: str) -> io.BytesIO:
        buffer = io.BytesIO()
        with self.connection.cursor() as cursor, cursor.copy(query.encode()) as copy:
            for part in copy:
                buffer.write(part)
        buffer.seek(0)
        return buffer


def rendered(rows: pl.DataFrame) -> list[bytes]:
    """The ledger's rows as the text that COPY takes."""
    return list(_as_csv(_ledger(rows)))


def _ledger(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "component", "fact", "payee", "window",
        pl.col("before").cast(pl.Int64), pl.col("after").cast(pl.Int64), "amount",
    )  # fmt: skip


def _as_csv(frame: pl.DataFrame) -> Iterator[bytes]:
    for part in frame.iter_slices(SLICE):
        buffer = io.BytesIO()
        part.write_csv(buffer, include_header=False)
        yield buffer.getvalue()
