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
