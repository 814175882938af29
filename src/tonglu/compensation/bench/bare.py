"""The least that one cumulative table can cost: a bare query of sums and steps, without an engine around it.

The query answers what the component `steps` answers: running credit per person and quarter, marginal steps of
the quota, money rounded by row. DuckDB is used when it is there, and Polars otherwise.
"""

from __future__ import annotations

import importlib
import importlib.util
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl

# Tenths of cents, in which a share of 60 or 40 % is a whole number.
QUOTA = 1_000_000_000
_HALF = QUOTA // 2
_SQL = f"""
WITH moved AS (
  SELECT fact, payee, quarter(date) AS q, amount * (pct // 100000) AS credit,
         sum(amount * (pct // 100000)) OVER (PARTITION BY payee, quarter(date) ORDER BY date, fact
             ROWS UNBOUNDED PRECEDING)::BIGINT AS after
  FROM book
), placed AS (SELECT *, after - credit AS before FROM moved)
SELECT fact, payee, q, before, after,
  ((least(after, {_HALF}) - least(before, {_HALF})) * 3
   + (least(greatest(after, {_HALF}), {QUOTA}) - least(greatest(before, {_HALF}), {QUOTA})) * 5
   + (greatest(after, {QUOTA}) - greatest(before, {QUOTA})) * 8 + 500) // 1000 AS paid
FROM placed
"""


def bare_query(book: pl.DataFrame) -> tuple[str, Callable[[], int]]:
    """The engine's name, and the query over the book; it answers the cents paid in all."""
    if importlib.util.find_spec("duckdb") is None:
        return "Polars", lambda: _polars(book)
    duckdb = importlib.import_module("duckdb")
    connection = duckdb.connect()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.parquet"
        lines = book.select("fact", pl.col("payee").cast(pl.String), "date", "amount", "pct")
        lines.write_parquet(path)
        connection.execute("CREATE TABLE book AS SELECT * FROM read_parquet(?)", [str(path)])

    def ask() -> int:
        connection.execute(f"CREATE OR REPLACE TABLE answer AS {_SQL}")
        return int(connection.execute("SELECT sum(paid) FROM answer").fetchone()[0])

    return f"DuckDB {duckdb.__version__}", ask


def _polars(book: pl.DataFrame) -> int:
    keys = ["payee", "quarter"]
    moved = book.select(
        "fact", "payee", pl.col("date").dt.quarter().alias("quarter"),
        (pl.col("amount") * (pl.col("pct") // 100_000)).alias("credit"),
    ).with_columns(pl.col("credit").cum_sum().over(keys).alias("after"))  # fmt: skip
    placed = moved.with_columns((pl.col("after") - pl.col("credit")).alias("before"))
    paid = placed.with_columns(((_worth("after") - _worth("before") + 500) // 1000).alias("paid"))
    return int(paid["paid"].sum())


def _worth(column: str) -> pl.Expr:
    x = pl.col(column)
    low, high = pl.lit(_HALF), pl.lit(QUOTA)
    first = pl.min_horizontal(x, low) * 3
    second = (pl.min_horizontal(pl.max_horizontal(x, low), high) - low) * 5
    return first + second + (pl.max_horizontal(x, high) - high) * 8
