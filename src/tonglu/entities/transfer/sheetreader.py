"""A workbook's sheet, read in a process of its own: `python -P sheetreader.py [SHEET] < workbook > rows`.

A workbook of a few kilobytes can say that it holds billions of cells, in as many ways as there are formats, and its reader makes them
all. Hence the limit of memory and of processor time here: what goes beyond ends this process and nobody else's. The file is run by its
path and imports nothing of ours, so that it begins in milliseconds.
"""

from __future__ import annotations

import io
import pickle
import sys
from typing import Any

MEMORY = 2 * 1024**3
SECONDS = 120
LOCKED, UNREADABLE, ENDLESS, READ = "locked", "unreadable", "endless", "read"

Answer = tuple[str, str, list[tuple[int, list[Any]]]]


def main() -> None:
    """Read the workbook on standard input and write the answer to standard output."""
    _limit()
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    pickle.dump(answer(sys.stdin.buffer.read(), asked), sys.stdout.buffer)


def answer(content: bytes, asked: str) -> Answer:
    """What became of it; the sheet's name, or what is wrong; the rows that are not blank, with their numbers."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = _sheet(book, asked)
        cells = sheet.to_python(skip_empty_area=False)
    except PasswordError:
        return LOCKED, "", []
    except (CalamineError, OSError, IndexError, ValueError) as error:
        return UNREADABLE, str(error), []
    except MemoryError:
        return ENDLESS, "", []
    _fill_merged(cells, sheet)
    numbered = [(n, row) for n, row in enumerate(cells, start=1) if any(c != "" for c in row)]
    return READ, sheet.name, numbered


def _limit() -> None:
    """Let this process take so much and no more, where the system knows of limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _sheet(book: Any, name: str) -> Any:
    """The sheet of that name, or the first one that holds anything."""
    if name:
        return book.get_sheet_by_name(name)
    sheets = (book.get_sheet_by_name(one) for one in book.sheet_names)
    return next((one for one in sheets if one.height), None) or book.get_sheet_by_name(
        book.sheet_names[0]
    )


def _fill_merged(cells: list[list[Any]], sheet: Any) -> None:
    """A value in a cell that was merged downwards holds for each of its rows."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and top < len(cells) and left < len(cells[top]):
            for row in cells[top + 1 : bottom + 1]:
                row[left] = cells[top][left]


if __name__ == "__main__":
    main()
