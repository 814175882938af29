"""A set: several files brought in by one declarative YAML file, in the order of its steps.

    name: Our old CRM
    steps:
      - file: accounts.csv
        kind: customers.account
        key: name
        columns:
          name: account
          industry: {from: sector, values: {technolgy: Technology}}

All change-sets of a run are reported, so that it can be taken back step by step, the last one first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from tonglu import policy
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.numbers import numbers_rehearsed

from .plans import ImportPlan, plan_of
from .reading import Table, table_read
from .run import Report, import_run

Told = Callable[[Report], None]


def set_read(path: Path) -> list[ImportPlan]:
    """The steps of a set file; Invalid names the place and what is wrong."""
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise Invalid(
            {"set": [N_("The set file cannot be read: %(error)s.")]}, params={"error": error}
        ) from error
    steps = raw.get("steps") if isinstance(raw, dict) else None
    if not isinstance(steps, list) or not steps:
        raise Invalid({"set": [N_("The set file needs a list of steps.")]})
    return [plan_of(step) for step in steps]


def set_run(
    *,
    actor: policy.Actor,
    path: Path,
    folder: Path,
    dry_run: bool = False,
    told: Told | None = None,
) -> list[Report]:
    """Run every step; a step whose file is missing or whose plan does not fit refuses the set before anything is written."""
    plans = set_read(path)
    tables: dict[tuple[str, str], Table] = {}
    for plan in plans:
        key = (plan.file, plan.sheet)
        if key not in tables:
            tables[key] = _table(folder / plan.file, plan)
    with _rehearsed() if dry_run else nullcontext():
        reports = [_step(actor, plan, tables[plan.file, plan.sheet], told) for plan in plans]
    if dry_run:
        for report in reports:
            report.changeset = None
    return reports


@contextmanager
def _rehearsed() -> Iterator[None]:
    """All steps are really done, so that each finds what those before it bring; then all of it is forgotten."""
    with transaction.atomic(), numbers_rehearsed():
        yield
        transaction.set_rollback(True)


def _step(actor: policy.Actor, plan: ImportPlan, table: Table, told: Told | None) -> Report:
    report = import_run(actor=actor, plan=plan, table=table)
    if told is not None:
        told(report)
    return report


def _table(path: Path, plan: ImportPlan) -> Table:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Invalid(
            {"file": [N_("The file %(file)s cannot be read.")]}, params={"file": plan.file}
        ) from error
    try:
        return table_read(content, path.name, sheet=plan.sheet)
    except DomainError as error:
        raise Invalid({plan.file: [error.text()]}) from error
