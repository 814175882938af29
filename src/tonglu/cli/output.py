"""What commands print, and how they describe themselves."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

NO_CONNECTION = ("08", "28", "3D", "57")
"""The classes of PostgreSQL's codes for a lost connection, a refused sign-in, no such database, a server that stops."""

Commands = Any  # argparse keeps the type of its sub-parser collection private


class Refused(Exception):
    """The command cannot be done; the message says why and what to do."""


def command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    *,
    more: str = "",
) -> argparse.ArgumentParser:
    """Add a command: a line for the list of commands, and more for its own --help."""
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary}\n\n{more}".strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(run=run)
    return made


def add_json(parser: argparse.ArgumentParser) -> None:
    """The option for scripts."""
    parser.add_argument("--json", action="store_true", help="answer as JSON, for a script to read")


def say(*lines: str) -> None:
    """Tell the person at the terminal."""
    print(*lines, sep="\n", flush=True)


def say_json(value: Any) -> None:
    """Tell a script."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str), flush=True)


def say_problem(*lines: str) -> None:
    """Tell what went wrong, where it does not disturb what a script reads."""
    print(*filter(None, lines), sep="\n", file=sys.stderr, flush=True)


def unreachable(problem: BaseException) -> tuple[str, ...]:
    """What to say of a database that nobody answers for; nothing when it answered, and with something else than a refused sign-in."""
    cause = problem.__cause__ if isinstance(problem.__cause__, psycopg.Error) else problem
    state = getattr(cause, "sqlstate", None)
    if state is not None and state[:2] not in NO_CONNECTION:
        return ()
    return (
        f"The database cannot be reached: {str(cause).partition(chr(10))[0]}.",
        "Is it running, and are DATABASE_URL and its password right?",
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns, as wide as their widest cell; a Chinese character takes two places."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def _width(text: str) -> int:
    return sum(2 if "\u2e80" <= character <= "\uffef" else 1 for character in text)
