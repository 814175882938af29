"""`tonglu pay run` itself: another system's sales in, payouts, statements and their reasons out.

Exit codes: 0 all written; 1 written, and something should be looked at; 2 the input cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from tonglu.compensation.check import read_exact
from tonglu.compensation.core.model.plan import Plan, plan_from_dict
from tonglu.compensation.core.model.reading import day
from tonglu.kernel.errors import DomainError

from .arguments import HELP, add_arguments
from .pay import PayRun, run_pay
from .reading import given_from
from .tables import Fault, RowsUnreadable, Table, table_read
from .writing import run_write

WRITTEN, LOOK_AT, BAD_INPUT = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="tonglu pay run",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    return pay_run(parser.parse_args(argv))


def pay_run(given: argparse.Namespace) -> int:
    """Read, compute, write, and tell it in a line or as JSON."""
    try:
        run = _computed(given)
        summary = run_write(run, Path(given.out), given.format or ["csv"], given.language)
    except RowsUnreadable as error:
        return _refused(given, error.faults)
    except (DomainError, OSError, ValueError, ArithmeticError, yaml.YAMLError) as error:
        return _refused(given, [Fault(file="input", message=str(error))])
    if given.json:
        sys.stdout.write(json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(
            "{facts} facts, {payees} payees, {rows} rows, {total} in all, {problems} to look at.\n"
            .format(**summary) + f"Written into {given.out}.\n"
        )  # fmt: skip
    return LOOK_AT if summary["problems"] else WRITTEN


def _computed(given: argparse.Namespace) -> PayRun:
    plan = _plan(Path(given.plan))
    facts = table_read(Path(given.facts))
    read = given_from(
        plan,
        facts,
        _maybe(given.people),
        _maybe(given.quotas),
        _columns(given),
        _maybe(given.events),
    )
    return run_pay(plan, read, facts.name, day(given.as_of) if given.as_of else None)


def _plan(path: Path) -> Plan:
    try:
        raw = read_exact(path)
        inner = raw["plan"] if isinstance(raw, Mapping) and "plan" in raw else raw
        return plan_from_dict(inner)
    except DomainError as error:
        raise RowsUnreadable([Fault(file=path.name, message=str(error))]) from error


def _maybe(name: str | None) -> Table | None:
    return None if name is None else table_read(Path(name))


def _columns(given: argparse.Namespace) -> dict[str, str]:
    pairs = [text.partition("=") for text in given.column]
    wrong = next((name for name, sign, header in pairs if not (name and sign and header)), None)
    if wrong is not None:
        raise ValueError(f"--column must look like payee=EmployeeKey, not “{wrong}”.")
    return {name: header for name, _, header in pairs}


def _refused(given: argparse.Namespace, faults: Sequence[Fault]) -> int:
    if given.json:
        told = [
            {"file": f.file, "row": f.row, "column": f.column, "message": f.message} for f in faults
        ]
        sys.stdout.write(json.dumps({"faults": told}, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
