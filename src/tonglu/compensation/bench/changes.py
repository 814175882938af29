"""One changed fact in a computed book: how long until the pay that depends on it is right again."""

from __future__ import annotations

import statistics
import time
from typing import Any

import polars as pl

from tonglu.compensation.core.volume.live import LiveBook
from tonglu.compensation.core.volume.run import evaluate_volume

from .book import bench_credits, bench_facts, bench_people, bench_plan, credited

CHANGES = 40
_CENTS_MORE = 12_345


def change_run(facts: int, payees: int) -> dict[str, Any]:
    """Forty facts all over the year get another amount, one after the other; the end equals a full run."""
    plan, people = bench_plan(), bench_people(payees)
    book = credited(bench_facts(facts), bench_credits(facts, payees))
    live = LiveBook(plan, book, people)
    changed = [facts * part // CHANGES + part % 10 for part in range(CHANGES)]
    took = [_change(live, book, fact) for fact in changed]
    seconds, used = [one[0] for one in took], [one[1] for one in took]
    more = pl.when(pl.col("fact").is_in(changed)).then(_CENTS_MORE).otherwise(0)
    full = evaluate_volume(plan, book.with_columns(pl.col("amount") + more), people)
    paid = {(row[0], row[1]): row[2] for row in full.payouts.rows()}
    return {
        "changes": CHANGES,
        "median_ms": statistics.median(seconds) * 1000,
        "most_ms": max(seconds) * 1000,
        "median_cpu_ms": statistics.median(used) * 1000,
        "most_cpu_ms": max(used) * 1000,
        "equals_full_run": paid == live.payouts,
    }


def _change(live: LiveBook, book: pl.DataFrame, fact: int) -> tuple[float, float]:
    """Seconds of the clock and of the processor; the rest is waiting for others on the machine."""
    lines = book.filter(pl.col("fact") == fact)
    start, used = time.perf_counter(), time.process_time()
    live.change(fact, lines.with_columns(pl.col("amount") + _CENTS_MORE))
    return time.perf_counter() - start, time.process_time() - used
