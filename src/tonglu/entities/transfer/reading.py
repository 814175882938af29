"""A file as a table: CSV in any encoding and with any separator, or a sheet of a workbook.

Everything is read as text except what a workbook knows to be a number, date or truth. A file that cannot be a table is refused
with the reason: too large, empty, no header, a header twice, not text. A table is read through once when it is opened, to count its
rows and to find what is wrong with it; its rows are then read anew whenever they are asked for, so that a million of them need not
be held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from tonglu.kernel.cells import cell_unguarded
from tonglu.kernel.text import N_

from .csvfile import csv_opened
from .refusing import refused
from .workbook import is_workbook, workbook_opened

MOST_BYTES = 200 * 1024 * 1024
MOST_COLUMNS = 500
LOOKED_AT = 50
"""How many rows tell how wide a table is."""
MOST_ABOVE = 10
"""In so many rows the headers are looked for."""
FEWEST_BELOW_A_TITLE = 3
"""Columns of a table that may have a title: the first row of a narrower one is its headers."""
_UNSEEN = {ord("\ufeff"): None, ord("\x00"): "␀"}

Numbered = tuple[int, list[Any]]
Source = Callable[[], Iterator[Numbered]]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Headers and rows; `numbered` gives each row below the headers with its line in the file."""

    headers: tuple[str, ...]
    source: Source
    count: int
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    above: int = 0
    """How many rows stand above the headers: the title of a sheet, the names of groups of columns."""

    def numbered(self) -> Iterator[Numbered]:
        """Each row with its line."""
        return islice(self.source(), self.above + 1, None)

    @property
    def rows(self) -> list[list[Any]]:
        """All rows, none longer than the headers."""
        return [row[: len(self.headers)] for _line, row in self.numbered()]

    @property
    def lines(self) -> list[int]:
        """The line of each row."""
        return [line for line, _row in self.numbered()]

    def surplus(self, row: list[Any]) -> str:
        """What stands in a row to the right of the last header."""
        return " ".join(filter(None, map(text_of, row[len(self.headers) :])))


def table_read(content: bytes, name: str, *, sheet: str = "") -> Table:
    """The table in a file, told by its content rather than by its name."""
    if not content.strip():
        raise refused(N_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise refused(N_("The file is larger than 200 MB; split it."))
    opened: tuple[Source, dict[str, str]]
    opened = workbook_opened(content, sheet) if is_workbook(content) else csv_opened(content)
    return _table(*opened)


def text_of(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form."""
    match value:
        case str():
            return cell_unguarded(value.strip())
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
            return str(value)


def _table(source: Source, known: dict[str, str]) -> Table:
    rows = source()
    first = list(islice(rows, LOOKED_AT))
    if not first:
        raise refused(N_("The file is empty."))
    above = _above(first)
    headers = tuple(text_of(cell).translate(_UNSEEN).strip() for cell in first[above][1])
    headers = headers[: max((n for n, header in enumerate(headers, start=1) if header), default=0)]
    _check_headers(headers)
    count = len(first) - above - 1 + sum(1 for _row in rows)
    return Table(headers=headers, source=source, count=count, above=above, **known)


def _above(first: list[Numbered]) -> int:
    """How many rows stand above the headers, which fill most columns with different texts; none where the first row does."""
    filled = [[text for cell in row if (text := text_of(cell))] for _line, row in first]
    columns = max(map(len, filled))
    if columns < FEWEST_BELOW_A_TITLE or 2 * len(filled[0]) > columns:
        return 0
    for place, texts in enumerate(filled[:MOST_ABOVE]):
        words = [text for text in texts if not text[0].isdigit()]
        if len(set(words)) == len(texts) and 2 * len(texts) > columns:
            return place
    return 0


def _check_headers(headers: tuple[str, ...]) -> None:
    if not any(headers):
        raise refused(N_("The first row must hold the headers."))
    if len(headers) > MOST_COLUMNS:
        raise refused(N_("The file has more than %(most)s columns."), most=MOST_COLUMNS)
    twice = next((h for i, h in enumerate(headers) if h and h in headers[:i]), "")
    if twice:
        raise refused(N_("The header “%(header)s” stands there twice."), header=twice[:100])
