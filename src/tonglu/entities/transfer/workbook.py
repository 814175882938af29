"""Workbooks: their first sheet, or the one named, as rows of cells.

Before a workbook is opened, its archive is unpacked once for counting only, since what an archive says about its own size need not
be true; and the furthest cell is looked for, since one lonely cell in the last corner would make billions of empty ones: a person
with such a sheet is told which. What else a workbook can do to its reader is held off by reading it in a process of its own.
"""

from __future__ import annotations

import io
import pickle
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from tonglu.kernel.text import N_

from . import sheetreader
from .refusing import refused

MOST_UNPACKED = 600 * 1024 * 1024
MOST_MEMBERS = 5000
MOST_CELLS = 20_000_000
CHUNK = 1024 * 1024
_CELL = re.compile(rb'\br="([A-Z]{1,5})([0-9]{1,9})"')
_LOCAL = struct.Struct("<26xHH")


class WorkbookRows:
    """The rows of a sheet, kept as the workbook's reader gives them."""

    def __init__(self, cells: list[tuple[int, list[Any]]]) -> None:
        self.cells = cells

    def __call__(self) -> Iterator[tuple[int, list[Any]]]:
        """Each row that is not blank, with its number in the sheet."""
        return iter(self.cells)


def is_workbook(content: bytes) -> bool:
    """Whether the file is a workbook, new or old."""
    return content[:4] == b"PK\x03\x04" or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def workbook_opened(content: bytes, sheet: str) -> tuple[WorkbookRows, dict[str, str]]:
    """The rows of a sheet, with its name."""
    if content[:2] == b"PK":
        _refuse_bomb(content)
    became, said, numbered = _read_apart(content, sheet)
    match became:
        case sheetreader.READ:
            return WorkbookRows(numbered), {"sheet": said}
        case sheetreader.LOCKED:
            raise refused(N_("The workbook is locked with a password; save it without one."))
        case sheetreader.UNREADABLE:
            raise refused(N_("The workbook cannot be read: %(error)s."), error=said)
    raise refused(
        N_("Reading the workbook takes too much memory or time; save the sheet as CSV or split it.")
    )


def _read_apart(content: bytes, sheet: str) -> sheetreader.Answer:
    """Let a process of its own read the sheet; one that does not end well found no end."""
    call = [sys.executable, "-P", sheetreader.__file__, sheet]
    done = subprocess.run(call, input=content, capture_output=True, check=False)
    if done.returncode < 0:
        return sheetreader.ENDLESS, "", []
    if done.returncode:
        said = done.stderr.decode(errors="replace").splitlines()
        return sheetreader.UNREADABLE, said[-1] if said else "", []
    answer: sheetreader.Answer = pickle.loads(done.stdout)
    return answer


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise refused(N_("The workbook is damaged.")) from error
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_UNPACKED:
        raise _too_large()
    whole = 0
    for member in members:
        furthest = _Furthest() if "worksheets/" in member.filename else None
        for part in _unpacked(content, member):
            whole += len(part)
            if whole > MOST_UNPACKED:
                raise _too_large()
            if furthest is not None:
                furthest.see(part)


def _too_large() -> Exception:
    return refused(N_("The workbook unpacks to more than 600 MB; save it as CSV or split it."))


def _unpacked(content: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The true content of a member, in parts, whatever its directory claims."""
    head = content[member.header_offset : member.header_offset + 30]
    if len(head) < _LOCAL.size:
        raise refused(N_("The workbook is damaged."))
    name, extra = _LOCAL.unpack(head[: _LOCAL.size])
    begin = member.header_offset + 30 + name + extra
    packed = content[begin : begin + member.compress_size]
    if member.compress_type != zipfile.ZIP_DEFLATED:
        yield packed
        return
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while packed and not engine.eof:
            yield engine.decompress(packed, CHUNK)
            packed = engine.unconsumed_tail
    except zlib.error as error:
        raise refused(N_("The workbook is damaged.")) from error


class _Furthest:
    """The lowest and the rightmost cell of a sheet, found while it passes by."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._rest = b""

    def see(self, part: bytes) -> None:
        """Look at the next part; refuse when the sheet is larger than any table."""
        text = self._rest + part
        found = _CELL.findall(text)
        self._row = max([self._row, *map(int, {row for _column, row in found})])
        self._column = max([self._column, *map(_number, {column for column, _row in found})])
        self._rest = text[-40:]
        if self._row * self._column > MOST_CELLS:
            raise refused(
                N_("The sheet spans %(rows)s rows and %(columns)s columns; clear its far cells."),
                rows=self._row,
                columns=self._column,
            )


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number
