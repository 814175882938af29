"""What `tonglu import` and `tonglu export` do: the same doors as the pages, on behalf of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl

from tonglu import policy
from tonglu.directory.selectors import person_by_email
from tonglu.kernel.errors import Invalid, NotFound
from tonglu.kernel.text import N_

from .listing import QUICK
from .registry import entity_by_slug
from .transfer.exporting import ExportRows, csv_write
from .transfer.importing import report_as_dict
from .transfer.plans import ImportPlan
from .transfer.reading import table_read
from .transfer.run import Report, import_run
from .transfer.sets import set_run
from .transfer.suggesting import plan_suggest

Told = Callable[[str], None]

ASKED = frozenset({"view", "q", "condition", "sort", "columns"})
"""What an export may be asked for beside filters by field."""
NAMED = 5
"""How many lines of a file are named for one reason; `--json` names all."""


def import_set(
    *, set_file: Path, folder: Path, email: str, dry_run: bool, told: Told
) -> list[dict[str, Any]]:
    """Run a set on behalf of a person, or of the system when no address is given; a report per step."""
    actor = _actor(email)
    reports = set_run(
        actor=actor,
        path=set_file,
        folder=folder,
        dry_run=dry_run,
        told=lambda report: told(line_of(report)),
    )
    return [report_as_dict(report) for report in reports]


def import_one(
    *, file: Path, slug: str, email: str, dry_run: bool, told: Told
) -> list[dict[str, Any]]:
    """Bring one file in by its suggested or remembered mapping."""
    actor, entity = _actor(email), entity_by_slug(slug)
    try:
        table = table_read(file.read_bytes(), file.name)
    except OSError as error:
        raise Invalid({"file": [N_("The file cannot be read.")]}) from error
    plan: ImportPlan = replace(plan_suggest(entity, actor, table), file=file.name)
    taken = {" + ".join(column.headers): column.field for column in plan.columns}
    not_taken = [header for header in table.headers if header and header not in plan.headers]
    told(columns_told(file.name, taken, not_taken))
    report = import_run(actor=actor, plan=plan, table=table, dry_run=dry_run)
    told(line_of(report))
    return [{**report_as_dict(report), "columns": taken, "not_taken": not_taken}]


def columns_told(file: str, taken: Mapping[str, str], not_taken: Sequence[str]) -> str:
    """One line on which field each column goes to, and which go nowhere."""
    said = ", ".join(f"{header} to {field}" for header, field in taken.items())
    left = f"; not taken: {', '.join(not_taken)}" if not_taken else ""
    return f"{file}: {said or 'no column is known'}{left}"


def export_rows(*, slug: str, email: str, query: str, out: IO[bytes], encoding: str) -> int:
    """Write a list as CSV; gives how many rows it had."""
    actor, entity = _actor(email), entity_by_slug(slug)
    policy.require(actor, "export", entity.kind)
    _require_known(query)
    rows = ExportRows(actor, entity, query, "all")
    csv_write(rows, out, lambda _done: None, encoding=encoding)
    return rows.count


def _require_known(query: str) -> None:
    """A name that no list knows is a mistake: what it meant to leave out would be exported."""
    names = (name for name, _value in parse_qsl(query, keep_blank_values=True))
    strange = next((n for n in names if n not in ASKED and not n.startswith(QUICK)), None)
    if strange is not None:
        message = N_(
            "A list is not asked for “%(name)s”: a field is written as f.%(name)s, a view as view=…"
        )
        raise Invalid({"query": [message]}, params={"name": strange})


def line_of(report: Report) -> str:
    """One line for people about one step."""
    counts = report.counts
    return (
        f"{report.file or report.kind} -> {report.kind}: {counts['created']} new, {counts['updated']} changed, "
        f"{counts['unchanged']} the same, {counts['left_out']} left out"
    )


def problems_of(report: dict[str, Any]) -> list[str]:
    """A line per problem of a report; what stops many rows alike is one line, with the first of them and their number."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for problem in report["problems"]:
        told = tuple(str(problem[part]) for part in ("file", "header", "value", "reason"))
        alike.setdefault(told, []).append(problem["line"])
    return [_told(*told, lines=sorted(lines)) for told, lines in alike.items()]


def _told(file: str, header: str, value: str, reason: str, *, lines: list[int]) -> str:
    named = ", ".join(str(line) for line in lines[:NAMED])
    more = f" and {len(lines) - NAMED:,} more lines" if len(lines) > NAMED else ""
    return f"{file}:{named}{more}: {header} “{value}”: {reason}"


def _actor(email: str) -> policy.Actor:
    if not email:
        return policy.Actor.system(door="import")
    person = person_by_email(email)
    if person is None:
        raise NotFound(N_("There is no person with that e-mail address."))
    return policy.actor_of(person, door="import")
