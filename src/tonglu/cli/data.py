"""`tonglu import`, `tonglu contracts` and `tonglu export`: the same doors as the pages, for files and scripts."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from .installation import migrated
from .output import Commands, Refused, add_json, command, say, say_json, say_problem

IMPORT = """A whole set of files, described once (which file holds what, by which key, which words mean what):

  tonglu import --set docs/examples/maven.yaml --from DIR

One file into one list, with the mapping the page would suggest or remembers; it is told which column goes where:

  tonglu import accounts.xlsx --to accounts

Nothing is dropped in silence: what is left out is named by file, line and column, and the exit code is 1. Where one reason stops
many rows, the first lines are named with their number; --json names each. The whole import can be undone on its page."""

EXPORT = """Writes what the person may see and export, as CSV:

  tonglu export accounts --as ana@example.com --out accounts.csv
  tonglu export opportunities --as ana@example.com --query 'view=won' > won.csv"""

CONTRACTS = """Deals that were won in another system have no contract here, and pay follows contracts:

  tonglu import --set docs/examples/maven.yaml --from DIR
  tonglu contracts --from 2016-01-01 --until 2018-12-31

Each won deal gets one contract, signed on the day it was won for what it was won at. A second run makes none. A contract pays by
the plan of the day it was signed: before this, issue a pay plan from that day and put people on it, or say --unpaid."""


def add_commands(commands: Commands) -> None:
    """Tell the command line about them."""
    incoming = command(commands, "import", import_run, "Bring records in from files.", more=IMPORT)
    incoming.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a CSV or XLSX file")
    incoming.add_argument(
        "--to", metavar="LIST", help="the list the file belongs to, such as accounts"
    )
    incoming.add_argument("--set", metavar="FILE", type=Path, help="a set file instead")
    incoming.add_argument(
        "--from", metavar="DIR", dest="folder", type=Path, help="where the set's files lie"
    )
    incoming.add_argument(
        "--as", metavar="EMAIL", dest="email", default="", help="on whose behalf (the system)"
    )
    incoming.add_argument(
        "--dry-run", action="store_true", help="say what would happen; change nothing"
    )
    add_json(incoming)
    outgoing = command(commands, "export", export_run, "Write a list as CSV.", more=EXPORT)
    outgoing.add_argument("list", metavar="LIST", help="which list, such as accounts")
    outgoing.add_argument(
        "--as", metavar="EMAIL", dest="email", default="", help="on whose behalf (the system)"
    )
    outgoing.add_argument(
        "--query", default="", help="the filters, as in the page's address after the ?"
    )
    outgoing.add_argument(
        "--out", metavar="FILE", type=Path, help="the file to write (standard output)"
    )
    history = command(
        commands,
        "contracts",
        contracts_run,
        "Sign the contracts of deals that an import brought in as won.",
        more=CONTRACTS,
    )
    for name, help_ in (("from", "the first day of winning"), ("until", "the last day")):
        dest = "start" if name == "from" else name
        history.add_argument(
            f"--{name}",
            metavar="DATE",
            dest=dest,
            type=date.fromisoformat,
            required=True,
            help=help_,
        )
    history.add_argument(
        "--unpaid", action="store_true", help="sign them although nobody was on a pay plan"
    )
    add_json(history)


def import_run(given: argparse.Namespace) -> int:
    """Import a set or a file; exit code 1 when a row was left out."""
    with migrated():
        reports = _imported(given)
    problems = [problem for report in reports for problem in report["problems"]]
    if given.json:
        say_json(reports)
        return 1 if problems else 0
    from tonglu.entities.cli import problems_of

    for report in reports:
        if report["problems"]:
            say_problem(*problems_of(report))
    left_out = sum(report["left_out"] for report in reports)
    say("Nothing was changed." if given.dry_run else _done(left_out))
    return 1 if problems else 0


def _done(left_out: int) -> str:
    if not left_out:
        return "Done."
    return f"Done, but {left_out:,} rows were left out. Mend what is named above and run it again: what is in stays as it is."


def export_run(given: argparse.Namespace) -> int:
    """Write the list; a file begins with a mark that tells spreadsheets it is UTF-8."""
    with migrated():
        from tonglu.entities.cli import export_rows

        asked = {"slug": given.list, "email": given.email, "query": given.query}
        if given.out is None:
            export_rows(**asked, out=sys.stdout.buffer, encoding="utf-8")
        else:
            with _opened(given.out) as out:
                export_rows(**asked, out=out, encoding="utf-8-sig")
    return 0


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as problem:
        raise Refused(f"{path} cannot be written: {problem.strerror}.") from problem


def contracts_run(given: argparse.Namespace) -> int:
    """Sign the contracts of deals that were won elsewhere; a second run makes none."""
    with migrated():
        from tonglu.compensation.selectors import anybody_on_a_plan
        from tonglu.orders.services import contracts_from_won
        from tonglu.policy import Actor

        if not given.unpaid and not anybody_on_a_plan(given.start, given.until):
            raise Refused(
                "Nobody was on a pay plan in these days, so these contracts would pay nobody, now or later. Issue a pay plan from"
                " that time and put the salespeople on it first; or, to have the history without pay, add --unpaid."
            )
        made = contracts_from_won(actor=Actor.system("cli"), start=given.start, until=given.until)
    if given.json:
        say_json({"contracts": made})
    else:
        say(f"{made} contracts were signed." if made else "Every won deal of these days has one.")
    return 0


def _imported(given: argparse.Namespace) -> list[dict[str, Any]]:
    is_set, is_file = bool(given.set and given.folder), bool(given.file and given.to)
    if is_set == is_file:
        raise Refused("Give FILE and --to LIST, or --set FILE and --from DIR.")
    from tonglu.entities.cli import import_one, import_set

    common: dict[str, Any] = {
        "email": given.email,
        "dry_run": given.dry_run,
        "told": say_problem if given.json else say,
    }
    if is_set:
        return import_set(set_file=given.set, folder=given.folder, **common)
    return import_one(file=given.file, slug=given.to, **common)
