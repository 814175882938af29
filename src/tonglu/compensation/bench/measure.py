"""The measurements: each part of a full run by itself, and what it is compared with, in one run of one machine."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import facts_from
from tonglu.compensation.core.volume.run import Volume, evaluate_volume

from .bare import bare_query
from .book import bench_credits, bench_facts, bench_people, bench_plan, credited
from .store import Store, rendered

REPEATS = 3
Say = Callable[[str], None]


@dataclass
class Figures:
    """Seconds by part, and what they mean beside each other."""

    facts: int
    payees: int
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start

    @property
    def full(self) -> float:
        return sum(self.seconds[name] for name in ("read", "credit", "compute", "write"))

    @property
    def floor(self) -> float:
        return self.seconds["floor_read"] + self.seconds["floor_write"]

    def ratios(self) -> dict[str, float]:
        """Full run by floor, computing by bare query, and the rest."""
        return {
            "full_run_by_floor": self.full / self.floor,
            "one_table_by_bare_query": self.seconds["one_table"] / self.seconds["bare"],
            "five_components_by_five_bare_queries": (
                self.seconds["compute"] / (5 * self.seconds["bare"])
            ),
            "computing_share": (self.seconds["credit"] + self.seconds["compute"]) / self.full,
            "database_share": (self.seconds["read"] + self.seconds["write"]) / self.full,
            "facts_per_second_computing": self.facts / self.seconds["compute"],
            "facts_per_second_full": self.facts / self.full,
        }

    def document(self) -> dict[str, Any]:
        return {**asdict(self), "ratios": self.ratios() if "floor_write" in self.seconds else {}}


def full_run(store: Store, facts: int, payees: int, say: Say) -> Figures:
    """Database to ledger, the floor beside it, and the bare query."""
    figures = Figures(facts=facts, payees=payees)
    say(f"Making a book of {facts:,} facts.")
    store.make(bench_facts(facts), bench_credits(facts, payees))
    book, volume = _run(store, figures, payees, say)
    _floor(store, figures, volume, say)
    _bare(figures, book, payees, say)
    return figures


def _run(store: Store, figures: Figures, payees: int, say: Say) -> tuple[pl.DataFrame, Volume]:
    plan, people = bench_plan(), bench_people(payees)
    say("Reading, crediting, computing, writing.")
    with figures.timed("read"):
        facts, credits = store.read()
    with figures.timed("credit"):
        book = credited(facts, credits)
    with figures.timed("compute"):
        volume = evaluate_volume(plan, book, people)
    with figures.timed("write"):
        store.write(volume.rows)
    figures.counts |= {
        "credits": book.height,
        "rows": volume.rows.height,
        "rows_in_database": store.count(),
        "payouts": volume.payouts.height,
    }
    return book, volume


def _floor(store: Store, figures: Figures, volume: Volume, say: Say) -> None:
    say("The floor: the same facts out and the same rows back.")
    parts = rendered(volume.rows)
    store.empty()
    with figures.timed("floor_read"):
        figures.counts["bytes_read"] = store.read_only()
    with figures.timed("floor_write"):
        store.copy_in("ledger", iter(parts))


def _bare(figures: Figures, book: pl.DataFrame, payees: int, say: Say) -> None:
    """The best of three for both, after each other."""
    plan, people = bench_plan(), bench_people(payees)
    steps = type(plan)(components=plan.components[:1], id=plan.id, rounding=plan.rounding)
    figures.words["bare"], ask = bare_query(book)
    say(f"One cumulative table, bare in {figures.words['bare']} and in the engine.")
    figures.seconds["bare"] = _best(ask)
    figures.seconds["one_table"] = _best(lambda: evaluate_volume(steps, book, people))
    paid = evaluate_volume(steps, book, people).payouts["amount"].sum()
    figures.counts |= {"bare_cents": ask(), "one_table_cents": int(paid)}


def scalar_run(facts: int, payees: int) -> dict[str, Any]:
    """The exact reference over a book of its own, in facts per second."""
    lines = _neutral(facts, payees)
    people = bench_people(payees)
    given = facts_from(lines)
    start, used = time.perf_counter(), time.process_time()
    result = evaluate(bench_plan(), given, people)
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    total = sum(payout.amount for payout in result.payouts)
    twin = evaluate_volume(bench_plan(), _book(facts, payees), people).payouts["amount"].sum()
    return {
        "facts": facts,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "facts_per_second": facts / seconds,
        "facts_per_cpu_second": facts / cpu,
        "rows": len(result.trace),
        "agrees_with_the_twin": total * 100 == twin,
    }


def memory_of(facts: int, payees: int) -> int:
    """Peak bytes of a process that makes and computes a book of this size."""
    command = [sys.executable, "-m", "tonglu.compensation.bench.memory", str(facts), str(payees)]
    answer = subprocess.run(command, capture_output=True, check=True, text=True)
    return int(answer.stdout)


def peak_bytes() -> int:
    """What this process has used at most; Linux says it of this program alone, others of its parent too."""
    status = Path("/proc/self/status")
    if status.exists():
        own = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(own.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _neutral(facts: int, payees: int) -> list[dict[str, Any]]:
    frame = bench_facts(facts).rename({"id": "fact", "day": "date"})
    shares: dict[int, list[dict[str, Any]]] = {}
    for fact, payee, pct in bench_credits(facts, payees).iter_rows():
        shares.setdefault(fact, []).append({"payee": payee, "pct": f"{pct // 10_000}"})
    return [
        {
            "id": str(row["fact"]), "date": row["date"], "product": row["product"],
            "amount": f"{row['amount']}/100", "cost": f"{row['cost']}/100",
            "credits": shares[row["fact"]],
        }
        for row in frame.iter_rows(named=True)
    ]  # fmt: skip


def _book(facts: int, payees: int) -> pl.DataFrame:
    return credited(bench_facts(facts), bench_credits(facts, payees))


def _best(run: Callable[[], object]) -> float:
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)
