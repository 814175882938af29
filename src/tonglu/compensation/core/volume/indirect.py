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

from .entries import entries, taken_back
from .ratio import WIDE, in_width, wide
from .terms import KEYS
from .width import width_for

Placed = tuple[pl.DataFrame, int]


def override_rows(component: Component, scene: Scene, book: pl.DataFrame) -> Placed:
    """Each sale once per manager above the seller, at the rate of the level climbed."""
    rule = component.rule
    assert isinstance(rule, Rollup)
    found, unit = entries(replace(component, payees=()), book)
    treed, ladder = _ladder(component, rule, scene, found)
    rates = lcm(1, *(rate.denominator for rate in _rates(rule)))
    levels = [(rate * rates).numerator for rate in _rates(rule)]
    kind = _width(component, found, max(map(abs, levels)), unit * rates)
    prices = pl.DataFrame({"level": range(len(levels)), "rate": pl.Series(levels, dtype=kind)})
    priced = ladder.join(prices, on="level", how="left", maintain_order="left")
    lifted = treed.join(priced, on=["payee", "tree"], how="inner", maintain_order="left_right")
    with in_width(kind):
        return lifted.select(
            "fact",
            pl.col("manager").alias("payee"),
            "window",
            "credit",
            wide(0).alias("before"),
            wide(0).alias("after"),
            (pl.col("credit").cast(kind) * pl.col("rate")).alias("num"),
            wide(unit * rates).alias("den"),
        ), unit


def event_rows(component: Component, scene: Scene, book: pl.DataFrame) -> Placed:
    """The amount for every fact, taken back for a negative one."""
    rule = component.rule
    assert isinstance(rule, PerEvent)
    signed = book.with_columns(
        pl.when(taken_back(book)).then(-1).otherwise(1).alias("event_sign"),
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
    most = max((abs(amount) for amount in amounts.values()), default=ZERO)
    kind = width_for(component, found.height * (most * unit).numerator, unit)
    priced = found.join(table, on=list(KEYS), how="left", maintain_order="left")
    after = pl.col("credit").cum_sum().over(*KEYS)
    with in_width(kind):
        return priced.select(
            "fact",
            "payee",
            "window",
            "credit",
            (after - pl.col("credit")).alias("before"),
            after.alias("after"),
            (pl.col("credit").cast(kind) * pl.col("each").cast(kind)).alias("num"),
            wide(unit).alias("den"),
        ), 1


def _rates(rule: Rollup) -> list[Fraction]:
    if rule.levels:
        return list(rule.levels)
    base = None if rule.base_rate is None else rule.base_rate.default
    return [ZERO if base is None else base] * 64


def _width(component: Component, found: pl.DataFrame, largest: int, den: int) -> Any:
    """The type that holds even everybody's sales at the highest rate."""
    total = found.select(pl.col("credit").cast(WIDE).abs().sum()).item() or 0
    return width_for(component, int(total) * max(largest, 1), den)


def _ladder(
    component: Component, rule: Rollup, scene: Scene, found: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The entries with the tree of their day, and (payee, tree) -> manager and level."""
    hierarchy = scene.context.hierarchy
    trees: dict[int, int] = {}
    days: list[tuple[dt.date | None, int]] = []
    first: dict[int, dt.date | None] = {}
    for day in found["date"].unique(maintain_order=True):
        tree = trees.setdefault(id(hierarchy.managers_on(day)), len(trees))
        first.setdefault(tree, day)
        days.append((day, tree))
    rows = [
        (payee, tree, manager, level)
        for payee in found["payee"].unique(maintain_order=True)
        for tree, day in first.items()
        for level, manager in enumerate(climbed(rule, hierarchy.path(payee, day)))
        if not component.payees or manager in component.payees
    ]
    of_day = pl.DataFrame(days, schema={"date": pl.Date, "tree": pl.Int64}, orient="row")
    text: Any = pl.Categorical()
    schema: dict[str, Any] = {
        "payee": text, "tree": pl.Int64, "manager": text, "level": pl.Int64
    }  # fmt: skip
    treed = found.join(of_day, on="date", how="left", nulls_equal=True, maintain_order="left")
    return treed, pl.DataFrame(rows, schema=schema, orient="row")
