"""A run in a folder: tables as CSV, JSON or Parquet, a statement for each person, and what proves it again.

Cells that a spreadsheet would run as a formula are written with a leading apostrophe.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from tonglu.compensation.core.numbers import ZERO, number_text
from tonglu.kernel.cells import cell_guarded

from .papers import Papers
from .pay import PayRun

_UNSAFE = re.compile(r"[^\w.\-]+")


def run_write(run: PayRun, folder: Path, formats: Sequence[str], language: str) -> dict[str, Any]:
    """Write everything and answer the summary that also stands in run.json."""
    papers = Papers(run, language)
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "payouts": papers.payouts,
        "windows": papers.windows,
        "trace": papers.trace,
        "problems": papers.problems,
    }
    tables |= {"releases": papers.releases} if run.waits else {}
    tables |= {"payments": papers.payments} if run.payments else {}
    written = []
    for name, rows in tables.items():
        found = list(rows())
        written += [_WRITERS[kind](folder, name, found) for kind in formats]
    written += _statements(papers, folder / "statements")
    summary = run_summary(run) | {"files": len(written)}
    (folder / "run.json").write_text(_json(summary), encoding="utf-8")
    return summary


def run_summary(run: PayRun) -> dict[str, Any]:
    """Counts, the total, what to look at, and the fingerprint."""
    result = run.result
    total = sum((payout.amount for payout in result.payouts), start=ZERO)
    return {
        "facts": len(run.given.facts),
        "payees": len(result.payees()),
        "rows": len(result.trace),
        "total": number_text(total),
        **_due_and_held(run, total),
        "problems": len(result.problems),
        "fingerprint": run.fingerprint(),
    }


def _due_and_held(run: PayRun, earned: Fraction) -> dict[str, str]:
    """Where pay waits: what has fallen due of it, what was cancelled, and what is held."""
    if not run.waits:
        return {}
    due = sum((one.amount for one in run.releases), start=ZERO)
    gone = sum((one.cancelled for one in run.releases), start=ZERO)
    lost = sum((one.forfeited for one in run.releases), start=ZERO)
    told = {"due": due, "cancelled": gone, "forfeited": lost, "held": earned - due - gone - lost}
    return {name: number_text(value) for name, value in told.items()}


def _statements(papers: Papers, folder: Path) -> list[Path]:
    folder.mkdir(exist_ok=True)
    taken: set[str] = set()
    written = []
    for payee in papers.run.result.payees():
        name = file_name(payee, taken)
        path = folder / f"{name}.md"
        path.write_text(papers.statement(payee), encoding="utf-8")
        written.append(path)
    return written


def file_name(payee: str, taken: set[str]) -> str:
    """A name no file system minds, different for different people."""
    base = _UNSAFE.sub("_", payee).strip("._")[:80] or "payee"
    name, count = base, 1
    while name.lower() in taken:
        count += 1
        name = f"{base}_{count}"
    taken.add(name.lower())
    return name


def _write_csv(folder: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    path = folder / f"{name}.csv"
    columns = list(dict.fromkeys(column for row in rows for column in row)) or _HEAD.get(name, [])
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_cell(column) for column in columns])
        writer.writerows([_cell(row.get(column, "")) for column in columns] for row in rows)
    return path


def _cell(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return cell_guarded(value) if isinstance(value, str) else value


_HEAD = {
    "problems": ["code", "fact", "source_row", "detail"],
    "releases": ["payee", "component", "fact", "event", "type", "date", "amount", "held"],
}


def _write_json(folder: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    path = folder / f"{name}.json"
    path.write_text(_json(list(rows)), encoding="utf-8")
    return path


def _write_parquet(folder: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    import polars

    path = folder / f"{name}.parquet"
    plain = [
        {
            column: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
            for column, value in row.items()
        }
        for row in rows
    ]
    polars.DataFrame(plain, infer_schema_length=None).write_parquet(path)
    return path


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


_WRITERS: Mapping[str, Callable[[Path, str, Sequence[Mapping[str, Any]]], Path]] = {
    "csv": _write_csv,
    "json": _write_json,
    "parquet": _write_parquet,
}
