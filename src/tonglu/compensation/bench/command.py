"""`tonglu pay bench` itself: run the measurements one after another and tell them as a table or as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from psycopg import Connection

from .changes import change_run
from .measure import Figures, full_run, memory_of, scalar_run
from .store import Store

MEGABYTE = 1_000_000


def bench_run(given: argparse.Namespace, connection: Connection[Any]) -> int:
    """Everything in one run, so that its figures may stand beside each other."""
    quiet = given.json
    store = Store(connection)
    say = _silent if quiet else _tell
    try:
        figures = full_run(store, given.facts, given.payees, say)
    finally:
        store.drop()
    found: dict[str, Any] = {"machine": machine(), **figures.document()}
    if given.scalar:
        say(f"The exact reference over {given.scalar:,} facts.")
        found["scalar"] = scalar_run(given.scalar, given.payees)
    say("One changed fact.")
    found["change"] = change_run(given.facts, given.payees)
    say("Memory at a quarter of the facts and at all of them.")
    found["memory"] = _memory(given.facts, given.payees)
    text = json.dumps(found, indent=2) if quiet else told(figures, found)
    sys.stdout.write(text + "\n")
    return 0


def machine() -> dict[str, Any]:
    """What stood around the figures: processors, load, memory."""
    cpus = [line for line in _proc("cpuinfo") if line.startswith("model name")]
    return {
        "processors": os.cpu_count(),
        "model": cpus[0].partition(":")[2].strip() if cpus else "",
        "load": [round(value, 1) for value in os.getloadavg()],
        "memory": next(iter(_proc("meminfo")), "").partition(":")[2].strip(),
    }


def told(figures: Figures, found: dict[str, Any]) -> str:
    """The figures as a Markdown table, as docs/performance.md shows them."""
    seconds, ratios, counts = figures.seconds, figures.ratios(), figures.counts
    rows = [
        ("facts, credits, ledger rows", f"{figures.facts:,}, {counts['credits']:,}, {counts['rows']:,}"),
        ("read from PostgreSQL", f"{seconds['read']:.2f} s"),
        ("credit", f"{seconds['credit']:.2f} s"),
        ("compute five components, with traces", f"{seconds['compute']:.2f} s"),
        ("write the ledger to PostgreSQL", f"{seconds['write']:.2f} s"),
        ("**full run**", f"**{figures.full:.2f} s**, {ratios['facts_per_second_full']:,.0f} facts/s"),
        ("share of computing, of the database",
         f"{ratios['computing_share']:.0%}, {ratios['database_share']:.0%}"),
        ("floor: the same facts out, the same rows back", f"{figures.floor:.2f} s"),
        ("**full run / floor**", f"**{ratios['full_run_by_floor']:.2f}** (aim: 3)"),
        ("computing alone", f"{ratios['facts_per_second_computing']:,.0f} facts/s"),
        (f"bare query of one cumulative table ({figures.words['bare']})", f"{seconds['bare']:.3f} s"),
        ("the same table in the engine", f"{seconds['one_table']:.3f} s"),
        ("both paid the same to the cent", _yes(counts["bare_cents"] == counts["one_table_cents"])),
        ("**engine / bare query**", f"**{ratios['one_table_by_bare_query']:.2f}** (aim: 5)"),
        *_rest(found),
    ]  # fmt: skip
    return "\n".join(["| what | figure |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in rows)])


def _rest(found: dict[str, Any]) -> list[tuple[str, str]]:
    change, memory = found["change"], found["memory"]
    used = f"of the processor {change['median_cpu_ms']:.1f} ms, {change['most_cpu_ms']:.1f} ms"
    rows = [
        ("one fact changed, the rest kept: median, most",
         f"{change['median_ms']:.1f} ms, {change['most_ms']:.1f} ms (aim: 50); {used}"),
        ("equal to a full run", _yes(change["equals_full_run"])),
        ("peak memory at a quarter of the facts, at all",
         f"{memory['quarter'] // MEGABYTE:,} MB, {memory['all'] // MEGABYTE:,} MB"),
        ("memory grows by, facts by", f"{memory['growth']:.2f}, {memory['facts_growth']:.0f}"),
    ]  # fmt: skip
    if "scalar" in found:
        scalar = found["scalar"]
        figure = (
            f"{scalar['seconds']:.1f} s, {scalar['facts_per_second']:,.0f} facts/s; of the processor "
            f"{scalar['cpu_seconds']:.1f} s, {scalar['facts_per_cpu_second']:,.0f} facts/s"
        )
        rows.append((f"exact reference over {scalar['facts']:,} facts", figure))
        rows.append(("both engines agree to the cent", _yes(scalar["agrees_with_the_twin"])))
    machine = found["machine"]
    load = ", ".join(map(str, machine["load"]))
    rows.append(("machine", f"{machine['processors']} × {machine['model']}, load {load}"))
    return rows


def _memory(facts: int, payees: int) -> dict[str, Any]:
    quarter, whole = memory_of(facts // 4, payees), memory_of(facts, payees)
    return {"quarter": quarter, "all": whole, "growth": whole / quarter, "facts_growth": 4}


def _proc(name: str) -> list[str]:
    path = Path("/proc") / name
    return path.read_text().splitlines() if path.exists() else []


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _silent(_text: str) -> None:
    return None
