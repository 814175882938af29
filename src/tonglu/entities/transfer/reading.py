"""A file as a table: CSV in any encoding and with any separator, or the first sheet of a workbook.

Everything is read as text except what a workbook knows to be a number, date or truth. A file that cannot be a table is refused
with the reason: too large, empty, no header, a header twice, not text.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from charset_normalizer import from_bytes

from tonglu.kernel.errors import Invalid
from tonglu.kernel.text import N_

MOST_BYTES = 200 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_COLUMNS = 500
SAMPLE = 64 * 1024
BYTE_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, kw_only=True)
class Table:
    """Headers and rows; row `i` stands on line `lines[i]` of the file."""

    headers: tuple[str, ...]
    rows: list[list[Any]]
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    lines: list[int] = field(default_factory=list)

    def records(self) -> list[dict[str, Any]]:
        """The rows as header -> value."""
        return [dict(zip(self.headers, row, strict=False)) for row in self.rows]


def table_read(content: bytes, name: str, *, sheet: str = "") -> Table:
    """The table in a file, told by its content rather than by its name."""
    if not content.strip():
        raise _refused(N_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise _refused(N_("The file is larger than 200 MB; split it."))
    if content[:4] == b"PK\x03\x04" or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _workbook(content, sheet)
    return _csv(content)


def text_of(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if not (value.hour or value.minute or value.second):
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
        case _:
            return _unguarded(str(value).strip())


def _unguarded(text: str) -> str:
    """A text without the apostrophe that an export put before what looks like a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text


def _csv(content: bytes) -> Table:
    text, encoding = _decoded(content)
    separator = _separator(text[:SAMPLE])
    lines: list[int] = []
    rows: list[list[Any]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise _refused(
            N_("Line %(line)s cannot be read: %(error)s."), line=reader.line_num + 1, error=error
        ) from error
    return _table(rows, lines, encoding=encoding, separator=separator)


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, encoding in BYTE_MARKS:
        if content.startswith(mark):
            return _strict(content, encoding), encoding.removesuffix("-sig")
    if b"\x00" in content[:SAMPLE]:
        raise _refused(N_("This is not a table: it holds bytes that no text has."))
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    best = from_bytes(content[: SAMPLE * 16]).best()
    encoding = best.encoding if best is not None else "cp1252"
    return content.decode(encoding, errors="replace"), encoding


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _refused(
            N_("The file says it is %(encoding)s, but is not."), encoding=encoding
        ) from error


def _separator(sample: str) -> str:
    head = sample.splitlines()[0] if sample.splitlines() else ""
    counts = {mark: head.count(mark) for mark in (",", ";", "\t", "|", "，")}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


def _workbook(content: bytes, sheet: str) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_bomb(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = sheet or book.sheet_names[0]
        cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError, ValueError) as error:
        raise _refused(N_("The workbook cannot be read: %(error)s."), error=error) from error
    numbered = [(n, row) for n, row in enumerate(cells, start=1) if any(c != "" for c in row)]
    return _table([row for _n, row in numbered], [n for n, _row in numbered], sheet=name)


def _refuse_bomb(content: bytes) -> None:
    if content[:2] != b"PK":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
    except zipfile.BadZipFile as error:
        raise _refused(N_("The workbook is damaged.")) from error
    if len(members) > 5000 or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise _refused(N_("The workbook unpacks to more than 1 GB."))


def _table(rows: list[list[Any]], lines: list[int], **more: str) -> Table:
    if not rows:
        raise _refused(N_("The file is empty."))
    headers = tuple(text_of(cell).replace("\ufeff", "") for cell in rows[0])
    while headers and not headers[-1]:
        headers = headers[:-1]
    if not any(headers):
        raise _refused(N_("The first row must hold the headers."))
    if len(headers) > MOST_COLUMNS:
        raise _refused(N_("The file has more than %(most)s columns."), most=MOST_COLUMNS)
    twice = next((h for i, h in enumerate(headers) if h and h in headers[:i]), "")
    if twice:
        raise _refused(N_("The header “%(header)s” stands there twice."), header=twice)
    body = [row[: len(headers)] for row in rows[1:]]
    return Table(headers=headers, rows=body, lines=lines[1:], **more)


def _refused(message: str, **params: Any) -> Invalid:
    return Invalid({"file": [message]}, code="file", params=params)
