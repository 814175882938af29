"""`tonglu pay check`, `tonglu pay run`: the pay engine as a tool, without a database and without a CRM."""

from __future__ import annotations

import argparse

from tonglu.compensation.run.arguments import HELP, add_arguments

from .output import Commands, add_json, command

CHECK = """Reads worked examples of pay plans (YAML) and computes each: a line per case with what was expected and what came out.
Exits with 0 only when all agree, with 2 when the file cannot be read."""


def add_commands(commands: Commands) -> None:
    """Tell the command line about them."""
    pay = commands.add_parser(
        "pay", help="Pay plans: check worked examples, compute pay from files."
    )
    parts = pay.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = command(parts, "check", check_run, "Compute worked examples from a file.", more=CHECK)
    check.add_argument("file", metavar="FILE", help="the examples, as YAML")
    add_json(check)
    add_arguments(
        command(parts, "run", run_run, "Compute pay from a plan and a file of sales.", more=HELP)
    )


def check_run(given: argparse.Namespace) -> int:
    """Hand over to the checker."""
    from tonglu.compensation.check import main

    return main([given.file, *(["--json"] if given.json else [])])


def run_run(given: argparse.Namespace) -> int:
    """Hand over to the runner."""
    from tonglu.compensation.run.command import pay_run

    return pay_run(given)
