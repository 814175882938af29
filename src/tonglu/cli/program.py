"""The command line itself: one parser for each command, and one place where errors become exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

import psycopg
from django.db.utils import OperationalError

from tonglu import __version__
from tonglu.kernel.errors import DomainError
from tonglu.toolkit.backup import BackupDamaged
from tonglu.toolkit.postgres import ServerFailed

from . import access, backups, care, data, demo, pay, serving, totals, upgrading
from .output import Refused, say_problem, unreachable

OK, REFUSED = 0, 1

DESCRIPTION = """Tonglu, the CRM that follows revenue from the first lead to the commission paid.

Begin with `tonglu demo`. Everything an installation knows lies in its data folder (TONGLU_DATA, by default .tonglu in the
current folder); the database is an embedded PostgreSQL there, unless DATABASE_URL names another.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    given = parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglu.config.settings")
    run: Callable[[argparse.Namespace], int] = given.run
    try:
        return run(given)
    except DomainError as refusal:
        say_problem(str(refusal), str(refusal.next_step))
    except (Refused, ServerFailed, BackupDamaged) as problem:
        say_problem(str(problem))
    except (OperationalError, psycopg.OperationalError) as problem:
        if not unreachable(problem):
            raise
        say_problem(*unreachable(problem))
    except KeyboardInterrupt:
        say_problem("Stopped.")
    except BrokenPipeError:
        sys.stderr.close()
    return REFUSED


def parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    made = argparse.ArgumentParser(
        prog="tonglu", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--version", action="version", version=f"tonglu {__version__}")
    commands = made.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in (demo, serving, upgrading, care, totals, pay, backups, data, access):
        module.add_commands(commands)
    return made
