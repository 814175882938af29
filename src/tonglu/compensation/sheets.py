"""A heading and lines as a file for whoever goes on working with them: CSV, or a workbook in which amounts stay numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from tonglu.entities.transfer.printing import safe_cell

Cell = str | int | Decimal
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sheet_write(lines: Sequence[Sequence[Cell]], form: str) -> bytes:
    """The lines in that form; anything but `xlsx` is CSV."""
    return _xlsx(lines) if form == "xlsx" else _csv(lines)


def _csv(lines: Sequence[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([safe_cell(c) if isinstance(c, str) else str(c) for c in line])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(lines: Sequence[Sequence[Cell]]) -> bytes:
    import xlsxwriter  # heavy: only who asks for a workbook pays for it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet, money = book.add_worksheet(), book.add_format({"num_format": "#,##0.00"})
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, None, book.add_format({"bold": True}))
    for column, width in enumerate(_widths(lines)):
        sheet.set_column(column, column, width)
    for at, line in enumerate(lines):
        for column, cell in enumerate(line):
            if isinstance(cell, Decimal):
                sheet.write_number(at, column, cell, money)
            elif isinstance(cell, int):
                sheet.write_number(at, column, cell)
            else:
                sheet.write_string(at, column, cell)
    book.close()
    return out.getvalue()


def _widths(lines: Sequence[Sequence[Cell]]) -> list[int]:
    """How wide each column has to be: a number that does not fit is shown as a row of hashes."""
    return [max(map(_width, column)) + 2 for column in zip(*lines, strict=True)]


def _width(cell: Cell) -> int:
    text = f"{cell:,.2f}" if isinstance(cell, Decimal) else str(cell)
    return min(sum(2 if ord(letter) > 0x2E7F else 1 for letter in text), 40)
