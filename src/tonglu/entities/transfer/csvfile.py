"""Text files of cells: which encoding, which separator, and the rows one after the other.

The encoding is what the byte mark says, else UTF-8 when it fits, else UTF-16 when every other byte is nothing, else the one of
GB18030 and the western code page whose text looks like text. A quote that is opened and never closed would swallow the rest of the
file; it is refused with the line it stands on.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from charset_normalizer import from_bytes

from tonglu.kernel.text import N_

from .refusing import refused

SAMPLE = 64 * 1024
CHUNK = 1024 * 1024
MOST_CELL = 4 * 1024 * 1024
BYTE_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
OTHERS = (
    (b"%pdf", "PDF"),
    (b"\x89png", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"gif8", "GIF"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<?xml", "XML"),
    (b"{", "JSON"),
    (b"[", "JSON"),
    (b"begin:", "vCard"),
)
_QUOTED = re.compile(r'"[^"]*"')
SEPARATORS = (",", ";", "\t", "|", "，")

csv.field_size_limit(MOST_CELL)


class CsvRows:
    """The rows of a text file with the lines they end on; each iteration reads the file anew."""

    def __init__(self, content: bytes, encoding: str, separator: str, errors: str) -> None:
        self.content, self.encoding = content, encoding
        self.separator, self.errors = separator, errors

    def __call__(self) -> Iterator[tuple[int, list[Any]]]:
        """Each row that is not blank."""
        lines = _Lines(self.content, self.encoding, self.errors)
        reader = csv.reader(lines, delimiter=self.separator)
        try:
            for row in reader:
                lines.done()
                if any(cell.strip() for cell in row):
                    yield reader.line_num, row
        except csv.Error as error:
            raise refused(
                N_("Line %(line)s cannot be read: %(error)s."),
                line=reader.line_num,
                error=error,
            ) from error

    def check(self) -> None:
        """Read once to the end; refuse a quote that is never closed."""
        lines = _Lines(self.content, self.encoding, self.errors)
        reader = csv.reader(lines, delimiter=self.separator)
        before = 0
        try:
            for _row in reader:
                last, begun = lines.done(), before + 1
                before = reader.line_num
        except csv.Error:
            return
        if before and _is_open(last, self.separator):
            raise refused(
                N_("A quote that is opened on line %(line)s is never closed."), line=begun
            )


def csv_opened(content: bytes) -> tuple[CsvRows, dict[str, str]]:
    """The rows of a text file, with its encoding and separator."""
    _refuse_others(content)
    encoding, errors = _encoding(content)
    text = content[:SAMPLE].decode(encoding, errors="ignore")
    separator = _separator(text)
    rows = CsvRows(content, encoding, separator, errors)
    rows.check()
    return rows, {"encoding": encoding.removesuffix("-sig"), "separator": separator}


def _refuse_others(content: bytes) -> None:
    """Refuse what is another kind of file, whatever its name says."""
    head = content[:200].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    found = next((name for mark, name in OTHERS if head.startswith(mark)), "")
    if found:
        raise refused(
            N_("This is %(type)s, not a table; save it as CSV or XLSX first."), type=found
        )


class _Lines:
    """The lines of a text one by one, keeping those of the row that is being read."""

    def __init__(self, content: bytes, encoding: str, errors: str) -> None:
        self._text = io.TextIOWrapper(
            io.BytesIO(content), encoding=encoding, errors=errors, newline=""
        )
        self._row: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self._row.append(line)
        return line

    def done(self) -> list[str]:
        """The lines of the row that has just been read."""
        row, self._row = self._row, []
        return row


def _is_open(lines: list[str], separator: str) -> bool:
    """Whether the last row of a file ends inside quotes."""
    try:
        for _row in csv.reader(lines, delimiter=separator, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _encoding(content: bytes) -> tuple[str, str]:
    """The encoding, and what to do with bytes that do not fit it."""
    for mark, encoding in BYTE_MARKS:
        if content.startswith(mark):
            if not _fits(content, encoding):
                said = encoding.removesuffix("-sig")
                raise refused(N_("The file says it is %(encoding)s, but is not."), encoding=said)
            return encoding, "strict"
    if b"\x00" in content[:SAMPLE]:
        return _wide(content), "strict"
    if _fits(content, "utf-8"):
        return "utf-8", "strict"
    if _looks_western(content):
        return "cp1252", "replace"
    if _fits(content, "gb18030"):
        return "gb18030", "strict"
    best = from_bytes(content[: SAMPLE * 16]).best()
    return (best.encoding if best is not None else "cp1252"), "replace"


def _wide(content: bytes) -> str:
    """UTF-16 without its mark: every other byte of Latin text is nothing."""
    sample = content[: SAMPLE // 16 * 2]
    halves = (sample[0::2].count(0), sample[1::2].count(0))
    for empty, full, encoding in ((1, 0, "utf-16-le"), (0, 1, "utf-16-be")):
        mostly = halves[empty] * 4 > len(sample) and halves[full] * 20 < len(sample)
        if mostly and _fits(content, encoding):
            return encoding
    raise refused(N_("This is not a table: it holds bytes that no text has."))


def _fits(content: bytes, encoding: str) -> bool:
    decode = codecs.getincrementaldecoder(encoding)("strict").decode
    try:
        for at in range(0, len(content), CHUNK):
            decode(content[at : at + CHUNK], at + CHUNK >= len(content))
    except UnicodeDecodeError:
        return False
    return True


def _looks_western(content: bytes) -> bool:
    """Single accented letters between plain ones, as in “café”; Chinese characters take two such bytes and stand in groups."""
    sample = content[: SAMPLE * 4]
    alone = grouped = 0
    for at, byte in enumerate(sample):
        if byte < 0x80:
            continue
        beside = sample[at - 1 : at] + sample[at + 1 : at + 2]
        if any(one >= 0x80 for one in beside):
            grouped += 1
        else:
            alone += 1
    return alone > grouped


def _separator(sample: str) -> str:
    plain = _QUOTED.sub("", sample)
    head = next((line for line in plain.splitlines() if line.strip(" ")), "")
    counts = {mark: head.count(mark) for mark in SEPARATORS}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","
