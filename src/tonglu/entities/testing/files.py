"""Files taken out of and brought into one kind, through the doors of export and import."""

from __future__ import annotations

import csv
import io
from typing import Any

from tonglu.entities.fields import Type, fields_of
from tonglu.entities.spec import Entity
from tonglu.entities.transfer.exporting import ExportRows, csv_write
from tonglu.entities.transfer.plans import ColumnPlan, ImportPlan
from tonglu.entities.transfer.reading import table_read
from tonglu.entities.transfer.run import import_run

from .asking import Raw
from .bench import Bench


def export_bytes(bench: Bench, fields: list[str]) -> bytes:
    """The file of all records of the kind, with these fields, made by the export's job."""

    if not bench.row.external_id:
        bench.row.external_id = "K-1"
        bench.row.save(update_fields=["external_id"])
    query = f"columns={','.join(fields)}&q="
    rows = ExportRows(bench.actor, bench.entity, query, "list")
    return _only(csv_bytes(rows), [str(f.label) for f in rows.fields], fields)


def csv_bytes(rows: ExportRows) -> bytes:
    """The rows of an export as the bytes of its file."""
    out = io.BytesIO()
    csv_write(rows, out, lambda _done: None)
    return out.getvalue()


def import_bytes(bench: Bench, content: bytes, fields: list[str], key: str) -> Any:
    """Bring a file in by the door of imports."""

    columns = tuple(ColumnPlan(field=name, header=name) for name in fields)
    plan = ImportPlan(kind=bench.entity.kind, columns=columns, key=key, file="test.csv")
    return import_run(actor=bench.actor, plan=plan, table=table_read(content, "test.csv"))


def _only(content: bytes, _labels: list[str], fields: list[str]) -> bytes:
    """The file with the names of fields as headers, and only the rows that have a key."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    at = fields.index("external_id")
    return csv_of([fields, *[row for row in rows[1:] if row[at]]])


def csv_of(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def sheet_values(entity: Entity, raw: Raw) -> dict[str, str]:
    fields = fields_of(entity)
    return {
        name: _cell(value)
        for name, value in raw.items()
        if name in fields and fields[name].type is not Type.FK
    }


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
