"""The book of the bench: sales of a year, a tenth of them split in two, and a plan of five components.

Made by arithmetic alone, so that every machine has the same book: no random numbers, no floats.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from tonglu.compensation.core.context import Context, context_from
from tonglu.compensation.core.model.plan import PlanVersion, plan_from_dict

YEAR_DAYS = 365
TEAM = 10
FIRST_DAY = pl.date(2026, 1, 1)
PLAN: dict[str, Any] = {
    "id": "bench",
    "rounding": {"stage": "transaction"},
    "components": [
        {"id": "steps", "window": "quarter", "quota": "1000000",
         "table": {"mode": "slab", "axis": "attainment",
                   "tiers": [[0, "0.5", "0.03"], ["0.5", 1, "0.05"], [1, None, "0.08"]]}},
        {"id": "volume", "window": "month", "table": {"mode": "whole", "tiers": [
            [0, 100000, "0.001"], [100000, 500000, "0.002"], [500000, None, "0.003"]]}},
        {"id": "margin", "window": "year", "measure": "margin", "base_rate": "0.015"},
        {"id": "spif", "kind": "per_event", "window": "month", "amount": 25,
         "filter": {"product": ["p1", "p2"]}},
        {"id": "override", "kind": "rollup", "window": "month", "levels": ["0.005", "0.002"]},
    ],
}  # fmt: skip


def bench_plan() -> PlanVersion:
    return plan_from_dict(PLAN).versions[-1]


def bench_people(payees: int) -> Context:
    """Ten to a leader, ten leaders to a director; the leaders sell too."""
    managers = {f"s{n}": f"s{n // TEAM}" for n in range(TEAM, payees)}
    return context_from({"hierarchy": [{"manager_of": managers}]})


def bench_facts(facts: int) -> pl.DataFrame:
    """id, day, amount and cost in cents, product."""
    number = pl.int_range(facts, dtype=pl.Int64)
    mixed = _mixed(number)
    frame = pl.select(number.alias("id"), mixed.alias("mixed"))
    amount = 10_000 + pl.col("mixed") % 4_990_000
    return frame.select(
        "id",
        (FIRST_DAY + pl.duration(days=pl.col("id") * YEAR_DAYS // facts)).alias("day"),
        amount.alias("amount"),
        (amount * (60 + pl.col("mixed") // 7 % 30) // 100).alias("cost"),
        pl.format("p{}", pl.col("mixed") // 11 % 8).alias("product"),
    )


def bench_credits(facts: int, payees: int) -> pl.DataFrame:
    """fact, payee, and the share in millionths; every tenth fact is split 60 to 40."""
    number = pl.int_range(facts, dtype=pl.Int64)
    frame = pl.select(number.alias("fact"), (_mixed(number + 77) % payees).alias("who"))
    split = pl.col("fact") % 10 == 0
    first = frame.select(
        "fact", "who", pl.when(split).then(600_000).otherwise(1_000_000).alias("pct")
    )
    second = frame.filter(split).select(
        "fact", ((pl.col("who") + 1) % payees).alias("who"), pl.lit(400_000).alias("pct")
    )
    both = pl.concat([first, second]).sort("fact", maintain_order=True)
    return both.select("fact", pl.format("s{}", "who").alias("payee"), pl.col("pct").cast(pl.Int64))


def credited(facts: pl.DataFrame, credits: pl.DataFrame) -> pl.DataFrame:
    """The book: a line for each credit, as `core.volume.book` describes it."""
    lines = credits.join(
        facts.rename({"id": "fact", "day": "date"}), on="fact", maintain_order="left"
    )
    return lines.with_columns(
        pl.lit("direct", dtype=pl.Categorical).alias("role"),
        pl.lit(1_000_000, dtype=pl.Int64).alias("factor"),
    )


def _mixed(number: pl.Expr) -> pl.Expr:
    """A whole number that looks random and is not."""
    return (number * 1_103_515_245 + 12_345) % 2_147_483_648 * 48_271 % 2_147_483_647
