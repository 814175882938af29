"""Many rows at once: written by one COPY, changed by one UPDATE, with the ids, times and errors that single saves would give.

`rows_insert` draws the ids first, so that the rows know theirs afterwards; `rows_update` sends the new values as one document. Both
fire the statement triggers of the table once. A model with a column that has no plain text form is left to `bulk_create`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

Printer = Callable[[Any], str]

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"


def rows_insert(rows: Sequence[Any], *, made_at: Mapping[int, datetime] | None = None) -> None:
    """Insert new rows of one model; `made_at` gives, by place, the time a row was made elsewhere."""
    if not rows:
        return
    model: type[models.Model] = type(rows[0])
    columns = _columns(model)
    if columns is None:
        model._default_manager.bulk_create(rows)
        for place, moment in (made_at or {}).items():
            model._default_manager.filter(pk=rows[place].pk).update(created_at=moment)
        return
    for row, pk in zip(rows, _ids(model, len(rows)), strict=True):
        row.pk = pk
    times = made_at or {}
    lines = "".join(_line(columns, row, times.get(n)) for n, row in enumerate(rows))
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(_statement(model)) as copy,
    ):
        copy.write(lines)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def rows_update(rows: Sequence[Any], names: Iterable[str]) -> None:
    """Write the named fields of stored rows of one model with one statement."""
    if not rows:
        return
    model: Any = type(rows[0])
    fields = [model._meta.get_field(name) for name in dict.fromkeys(names)]
    for field in fields:
        for row in rows:
            field.pre_save(row, False)
    sent = [
        {str(model._meta.pk.column): row.pk}
        | {f.column: _plain(f, getattr(row, f.attname)) for f in fields}
        for row in rows
    ]
    quote, table = connection.ops.quote_name, connection.ops.quote_name(model._meta.db_table)
    pairs = ", ".join(f"{quote(f.column)} = given.{quote(f.column)}" for f in fields)
    key = quote(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS kept SET {pairs} FROM jsonb_populate_recordset(NULL::{table}, %s) AS given"
            f" WHERE kept.{key} = given.{key}",
            [orjson.dumps(sent, default=str).decode()],
        )


def _ids(model: Any, count: int) -> list[int]:
    """As many new ids, in the order in which the sequence gives them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _statement(model: Any) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(f.column) for f in model._meta.concrete_fields if not f.generated)
    return f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"


def _line(columns: tuple[tuple[Any, str, Printer], ...], row: Any, made_at: datetime | None) -> str:
    values = row.__dict__
    cells = []
    for field, attname, printer in columns:
        value = field.pre_save(row, True) if field is not None else values.get(attname)
        if made_at is not None and attname == "created_at":
            values[attname] = value = made_at
        cells.append(_NULL if value is None else printer(value))
    return "\t".join(cells) + "\n"


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[Any, str, Printer], ...] | None:
    """For each column: the field when it fills itself on saving, the attribute, and how its values are written."""
    found: list[tuple[Any, str, Printer]] = []
    for field in model._meta.concrete_fields:
        if field.generated:
            continue
        printer = _printer(field)
        if printer is None or field.has_db_default() or not _is_serial(field):
            return None
        own = type(field).pre_save is not models.Field.pre_save
        found.append((field if own else None, field.attname, printer))
    return tuple(found)


def _is_serial(field: Any) -> bool:
    return not field.primary_key or isinstance(field, models.AutoField | models.BigAutoField)


def _printer(field: Any) -> Printer | None:
    while field.is_relation:
        field = field.target_field
    for class_, printer in _PRINTERS:
        if isinstance(field, class_):
            return printer
    return None


def _text(value: Any) -> str:
    return str(value).translate(_ESCAPES)


def _truth(value: Any) -> str:
    return "t" if value else "f"


def _moment(value: datetime | date | time | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _duration(value: timedelta) -> str:
    return f"{value.days} days {value.seconds} seconds {value.microseconds} microseconds"


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode().translate(_ESCAPES)


def _array(value: Iterable[Any]) -> str:
    parts = ("NULL" if one is None else _quoted(str(one)) for one in value)
    return ("{" + ",".join(parts) + "}").translate(_ESCAPES)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_PRINTERS: tuple[tuple[Any, Printer], ...] = (
    (models.BooleanField, _truth),
    (models.DateField | models.TimeField, _moment),
    (models.DurationField, _duration),
    (models.JSONField, _json),
    (models.IntegerField | models.DecimalField | models.FloatField | models.UUIDField, str),
    (models.CharField | models.TextField | models.GenericIPAddressField, _text),
    (ArrayField, _array),
)


def _plain(field: Any, value: Any) -> Any:
    """A value as the document of an update holds it."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal() | UUID():
            return str(value)
        case timedelta():
            return _duration(value)
        case datetime() | date() | time():
            return value.isoformat()
        case tuple() if isinstance(field, ArrayField):
            return list(value)
        case _:
            return value
