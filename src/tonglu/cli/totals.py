"""`tonglu totals`: the running totals of deals, compared with the deals or counted anew."""

from __future__ import annotations

import argparse

from .installation import migrated
from .output import Commands, command, say, say_problem

TOTALS = """Boards, reports and figures read sums of deals from running totals, which the database keeps with every write and a job
compares every night:

  tonglu totals check      # exits with 1 when a total is not what the deals add up to
  tonglu totals rebuild    # counts all deals anew; people go on working meanwhile"""


def add_commands(commands: Commands) -> None:
    """Tell the command line about it."""
    made = command(
        commands, "totals", totals_run, "Check or rebuild the running totals of deals.", more=TOTALS
    )
    made.add_argument("act", choices=("check", "rebuild"))


def totals_run(given: argparse.Namespace) -> int:
    """Do one of the two; a difference is told with the way out."""
    with migrated():
        from tonglu.sales import totals

        if given.act == "rebuild":
            totals.totals_rebuild()
            say("The running totals were counted anew.")
            return 0
        try:
            totals.totals_check()
        except totals.TotalsWrong as wrong:
            say_problem(f"{wrong.text()} {wrong.next_step}")
            return 1
        say("The running totals are what the deals add up to.")
        return 0
