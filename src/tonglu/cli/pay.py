"""`tonglu pay check`, `pay run`, `pay bench`: the pay engine as a tool, without a CRM."""

from __future__ import annotations

import argparse

from tonglu.compensation.run.arguments import HELP, add_arguments

from .installation import ready
from .output import Commands, add_json, command

CHECK = """Reads worked examples of pay plans (YAML) and computes each: a line per case with what was expected and what came out.
Exits with 0 only when all agree, with 2 when the file cannot be read."""

BENCH = """Makes a book of facts in a schema of its own (pay_bench, dropped at the end), computes five components with crediting,
roll-up and traces, and writes the ledger back; beside it the floor (the same facts out and the same rows back by COPY), a bare query
of one cumulative table, the exact reference, the recompute after one changed fact, and the memory. Needs the extra `volume`; with
DuckDB installed the bare query is DuckDB's. `--facts 10000000` takes about ten times as long."""


def add_commands(commands: Commands) -> None:
    """Tell the command line about them."""
    pay = commands.add_parser(
        "pay", help="Pay plans: check worked examples, compute pay from files."
    )
    parts = pay.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = command(parts, "check", check_run, "Compute worked examples from a file.", more=CHECK)
    check.add_argument("file", metavar="FILE", nargs="+", help="the examples, as YAML or JSON")
    add_json(check)
    bench = command(parts, "bench", bench_run, "Measure how fast pay is computed.", more=BENCH)
    bench.add_argument(
        "--facts", type=int, default=1_000_000, metavar="N", help="in the book (1000000)"
    )
    bench.add_argument("--payees", type=int, default=500, metavar="N", help="in the book (500)")
    bench.add_argument(
        "--scalar", type=int, default=100_000, metavar="N", help="for the exact reference (100000)"
    )
    add_json(bench)
    add_arguments(
        command(parts, "run", run_run, "Compute pay from a plan and a file of sales.", more=HELP)
    )


def check_run(given: argparse.Namespace) -> int:
    """Hand over to the checker."""
    from tonglu.compensation.check import main

    return main([*given.file, *(["--json"] if given.json else [])])


def bench_run(given: argparse.Namespace) -> int:
    """Hand over to the bench, with a connection to the installation's server."""
    from tonglu.compensation.bench.command import bench_run as run

    with ready(role="owner"):
        from django.db import connection

        connection.ensure_connection()
        return run(given, connection.connection)


def run_run(given: argparse.Namespace) -> int:
    """Hand over to the runner."""
    from tonglu.compensation.run.command import pay_run

    return pay_run(given)
