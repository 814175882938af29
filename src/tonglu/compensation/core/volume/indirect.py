"""Overrides and events in columns: the sale lifted up the tree of its day, and a fixed amount per fact."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Any

import polars as pl

from tonglu.compensation.core.kinds.rollup import climbed
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import PerEvent, Rollup
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.scene import Scene

from .entries import entries
from .ratio import WIDE, wide
from .terms import KEYS

Placed = tuple[pl.DataFrame, int]


def override_rows(component: Component, scene: Scene, book: pl.DataFrame) -> Placed:
    """Each sale once per manager above the seller, at the rate of the level climbed."""
    rule = component.rule
    assert isinstance(rule, Rollup)
    found, unit = entries(replace(component, payees=()), book)
    ladder = _ladder(component, rule, scene, found)
    rates = lcm(1, *(rate.denominator for rate in _rates(rule)))
    lifted = found.join(ladder, on=["payee", "date"], how="inner", maintain_order="left_right")
    levels = {level: (rate * rates).numerator for level, rate in enumerate(_rates(rule))}
    rate = pl.col("level").replace_strict(levels, return_dtype=pl.Int64).cast(WIDE)
    return lifted.select(
        "fact",
        pl.col("manager").alias("payee"),
        "window",
        "credit",
        wide(0).alias("before"),
        wide(0).alias("after"),
        (pl.col("credit") * rate).alias("num"),
        wide(unit * rates).alias("den"),
    ), unit


def event_rows(component: Component, scene: Scene, book: pl.DataFrame) -> Placed:
    """The amount for every fact, taken back for a negative one."""
    rule = component.rule
    assert isinstance(rule, PerEvent)
    signed = book.with_columns(
        pl.when(pl.col("amount") < 0).then(-1).otherwise(1).alias("event_sign"),
        pl.lit(1_000_000).alias("pct"),
        pl.lit(1_000_000).alias("factor"),
    )
    found, _ = entries(
        replace(component, measure=replace(component.measure, name="event_sign")), signed
    )
    groups = found.select(*KEYS).unique(maintain_order=True).rows()
    amounts = {group: rule.amount.find(*group) or ZERO for group in groups}
    unit = lcm(1, *(amount.denominator for amount in amounts.values()))
    table = pl.DataFrame(
        {
            "payee": [payee for payee, _ in groups],
            "window": [window for _, window in groups],
            "each": [(amounts[group] * unit).numerator for group in groups],
        },
        schema_overrides={**dict.fromkeys(KEYS, pl.Categorical()), "each": WIDE},
    )
    priced = found.join(table, on=list(KEYS), how="left", maintain_order="left")
    after = pl.col("credit").cum_sum().over(*KEYS)
    return priced.select(
        "fact",
        "payee",
        "window",
        "credit",
        (after - pl.col("credit")).alias("before"),
        after.alias("after"),
        (pl.col("credit") * pl.col("each")).alias("num"),
        wide(unit).alias("den"),
    ), 1


def _rates(rule: Rollup) -> list[Fraction]:
    if rule.levels:
        return list(rule.levels)
    base = None if rule.base_rate is None else rule.base_rate.default
    return [ZERO if base is None else base] * 64


def _ladder(component: Component, rule: Rollup, scene: Scene, found: pl.DataFrame) -> pl.DataFrame:
    """(payee, date) -> manager and level; paths are found once per tree and person."""
    hierarchy = scene.context.hierarchy
    paths: dict[tuple[str, int], list[str]] = {}
    rows: list[tuple[str, dt.date | None, str, int]] = []
    for payee, day in found.select("payee", "date").unique(maintain_order=True).rows():
        key = (payee, id(hierarchy.managers_on(day)))
        if key not in paths:
            paths[key] = climbed(rule, hierarchy.path(payee, day))
        rows += [(payee, day, manager, level) for level, manager in enumerate(paths[key])]
    if component.payees:
        rows = [row for row in rows if row[2] in component.payees]
    text: Any = pl.Categorical()
    schema: dict[str, Any] = {
        "payee": text, "date": pl.Date, "manager": text, "level": pl.Int64
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
