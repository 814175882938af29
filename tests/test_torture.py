"""Bad files, through the page's own door: each is refused with its reason or read row by row, and none stops the server.

Third-party files are tried where they lie beside the repository; the worst kinds are made here, so that they are always tried.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tonglu.customers.models import Account
from tonglu.entities.models import ChangeSet, Import
from tonglu.entities.transfer.plans import ColumnPlan, ImportPlan
from tonglu.entities.transfer.reading import Table, table_read, text_of
from tonglu.entities.transfer.run import Report, import_run
from tonglu.kernel.errors import Invalid
from tonglu.policy import actor_of
from tonglu.policy.testing import Cast

from .sets import real_data

FIELDS = ("name", "description", "city")
MILLION = "x" * 1_000_000


def workbook(write: Callable[[Any, Any], None]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    write(book, book.add_worksheet())
    book.close()
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def lying(content: bytes) -> bytes:
    """An archive whose directory says that its members are small."""
    at = content.index(b"PK\x01\x02")
    small = (10).to_bytes(4, "little")
    return content[: at + 24] + small + content[at + 28 :]


def far_cell(book: Any, sheet: Any) -> None:
    sheet.write(0, 0, "name")
    sheet.write(1_048_575, 16_383, "far away")


def beyond(content: bytes) -> bytes:
    """A workbook whose first cell says that it stands far to the right of the last column."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as again:
        for name in packed.namelist():
            again.writestr(name, packed.read(name).replace(b'r="A1"', b'r="ZZZZ9"'))
    return out.getvalue()


def repeated(times: int) -> bytes:
    """A sheet of an open document, of two kilobytes: one cell, repeated so many times downwards and to the right."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    cell = f'<table:table-cell office:value-type="string" table:number-columns-repeated="{times}"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="{times}">{cell}</table:table-row>'
    sheet = (
        f'<office:spreadsheet><table:table table:name="S">{row}</table:table></office:spreadsheet>'
    )
    body = f"<office:document-content {names}><office:body>{sheet}</office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = f'<m:manifest xmlns:m="{listed}"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>'
    return zipped(
        mimetype=kind.encode(),
        **{"META-INF__manifest.xml": manifest.encode(), "content.xml": body.encode()},
    )


REFUSED = {
    "empty": (b"", "empty"),
    "only blanks": (b" \n\t\r\n ", "empty"),
    "an open quote": (b'name,city\nA,"Shanghai\nB,Suzhou\n', "opened on line 2 is never closed"),
    "a header twice": (b"name,name\nA,B\n", "stands there twice"),
    "nothing but bytes": (bytes(random.Random(1).randbytes(5000)), "bytes that no text has"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG, not a table"),
    "a web page": (b"<!DOCTYPE html><table><tr><td>name", "HTML, not a table"),
    "a document": (b"%PDF-1.7\n1 0 obj", "PDF, not a table"),
    "an archive that is no workbook": (zipped(a=b"name"), "cannot be read"),
    "a torn workbook": (workbook(lambda _b, s: s.write(0, 0, "name"))[:900], "damaged"),
    "a bomb": (zipped(xl__worksheets__sheet1=bytes(700 * 1024 * 1024)), "more than 600 MB"),
    "a lying bomb": (
        lying(zipped(xl__worksheets__sheet1=bytes(700 * 1024 * 1024))), "more than 600 MB",
    ),
    "one cell in the last corner": (workbook(far_cell), "spans 1048576 rows"),
    "a cell beyond the last column": (beyond(workbook(lambda _b, s: s.write(0, 0, "name"))), "columns"),
    "a cell repeated a hundred million times": (repeated(10_000), "too much memory"),
    "an archive of another age": (workbook(lambda _b, s: s.write(0, 0, "name")).replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff"), "damaged"),
    "a cell without end": (b"name\n" + b"y" * 5_000_000, "Line 2 cannot be read"),
    "six hundred columns": (",".join(f"c{n}" for n in range(600)).encode(), "more than 500 columns"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_table_is_refused_with_the_reason(
    cast: Cast, browse: Any, name: str
) -> None:
    content, reason = REFUSED[name]

    answer = browse(cast.ana).post(
        "/accounts/import/", {"file": SimpleUploadedFile("accounts.csv", content)}
    )

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert (Import.objects.count(), Account.objects.count()) == (0, 0)


def read(content: bytes) -> list[list[str]]:
    table = table_read(content, "a.csv")
    return [list(table.headers), *[list(map(text_of, row)) for row in table.rows]]


CHINESE = [["名称", "城市"], ["华为技术", "深圳"]]
WESTERN = [["nom", "ville"], ["Café Müller", "Genève"]]


@pytest.mark.parametrize(
    ("rows", "encoding"),
    [
        *((CHINESE, encoding) for encoding in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16")),
        *((WESTERN, encoding) for encoding in ("utf-8", "cp1252", "utf-16", "utf-16-le", "utf-16-be")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_gives_the_same_rows(
    rows: list[list[str]], encoding: str, end: str
) -> None:
    content = "".join(",".join(row) + end for row in rows).encode(encoding)

    assert read(content) == rows


def test_a_workbook_gives_dates_merged_cells_and_its_first_filled_sheet() -> None:
    def write(book: Any, sheet: Any) -> None:
        filled = book.add_worksheet("Filled")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        filled.write_row(0, 0, ["region", "name", "founded", "sum"])
        filled.merge_range(1, 0, 2, 0, "East")
        for n in (1, 2):
            filled.write_row(n, 1, [f"Acme {n}"])
            filled.write_datetime(n, 2, date(2020, n, 15), day)
            filled.write_formula(n, 3, "=1+1", None, 2)

    assert read(workbook(write)) == [
        ["region", "name", "founded", "sum"],
        ["East", "Acme 1", "2020-01-15", "2"],
        ["East", "Acme 2", "2020-02-15", "2"],
    ]


def test_rows_of_every_shape_are_read_or_named(cast: Cast) -> None:
    content = (
        "name,description,city\n"
        "Good,,Shanghai\n"
        "Short\n"
        "Long,a,b,c\n"
        ",nameless,\n"
        f"{MILLION},,\n"
        f"Big text,{MILLION},\n"
        'Nothing,"a\x00b",\n'
        "=cmd|' /C calc'!A0,,\n"
        "Last,,Wuxi\n"
    )

    report = bring(cast, table_read(content.encode(), "a.csv"))

    made = Account.objects.order_by("pk").values_list("name", flat=True)
    assert list(made) == ["Good", "Short", "Big text", "=cmd|' /C calc'!A0", "Last"]
    assert [(p.line, p.header, p.reason) for p in report.problems] == [
        (4, "city", "The row has more cells than there are headers; put its text into quotes."),
        (5, "name", "This field is required."),
        (6, "name", "Ensure this value has at most 200 characters (it has 1000000)."),
        (8, "description", "Null characters are not allowed."),
    ]
    assert max(len(p.value) for p in report.problems) < 300


def bring(cast: Cast, table: Table) -> Report:
    """The columns of a table as fields of an account, in their order."""
    headers = [header for header in table.headers if header]
    columns = tuple(
        ColumnPlan(field=field, header=header)
        for field, header in zip(FIELDS, headers, strict=False)
    )
    plan = ImportPlan(kind="customers.account", columns=columns, file="a.csv")
    return import_run(actor=actor_of(cast.ana), plan=plan, table=table)


@pytest.mark.parametrize("folder", ["14_messy_csv", "12_importer_headers", "15_vcard_ical_email"])
def test_other_peoples_messy_files_are_refused_or_read_to_the_last_row(
    cast: Cast, folder: str
) -> None:
    files = [path for path in sorted(real_data(folder).rglob("*")) if is_small(path)]
    outcomes = {path.name: outcome(cast, path) for path in files}

    assert len(files) > 5
    assert [name for name, said in outcomes.items() if not said] == []
    assert ChangeSet.objects.exclude(state="done").count() == 0


def is_small(path: Path) -> bool:
    return path.is_file() and path.stat().st_size < 100_000


def outcome(cast: Cast, path: Path) -> str:
    """What became of a file: the reason of its refusal, or that each row was stored or named."""
    try:
        table = table_read(path.read_bytes(), path.name)
    except Invalid as refusal:
        said = [str(reason) % refusal.params for reason in refusal.errors["file"]]
        return " ".join(said)
    before = Account.objects.count()
    report = bring(cast, table)
    stored = Account.objects.count() - before
    named = {problem.line for problem in report.problems}
    assert all(p.header and p.reason for p in report.problems), path
    assert stored == report.created, path
    assert report.created + report.updated + report.unchanged + len(named) == table.count, path
    return "read"
