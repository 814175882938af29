"""Files as tables: CSV in any usual shape, Parquet, JSON and JSON lines, with the place of every value.

A cell that is empty is as if its column were not there; true and false are truth values; all else stays as
written until somebody knows what it means. A binary float of a Parquet file is read as the shortest decimal
that stands for it.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tonglu.compensation.check import ExactLoader
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = ",;\t|"
_TRUTH = {"true": True, "false": False}
MOST_FAULTS = 50


class TableUnreadable(DomainError):
    """A file is no table at all."""

    code = "unreadable_file"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong at one place of a file; `row` counts as the file is shown by an editor."""

    file: str
    message: str
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = [self.file]
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column “{self.column}”"] if self.column else []
        return f"{', '.join(place)}: {self.message}"


class RowsUnreadable(Exception):
    """Rows that cannot be read, each with its place; nothing was computed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row: its number in the file, and its filled cells by column."""

    number: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Table:
    name: str
    columns: tuple[str, ...] = ()
    lines: tuple[Line, ...] = field(default_factory=tuple)


def table_read(path: Path) -> Table:
    """The table in a file; its kind is told by its ending."""
    kind = path.suffix.lower()
    if kind == ".parquet":
        return _of_dicts(path.name, _parquet(path), first=1)
    text = _text(path)
    if kind in (".json", ".jsonl", ".ndjson"):
        return table_of(path.name, _json(path.name, text, lines=kind != ".json"))
    if kind in (".yaml", ".yml"):
        return table_of(path.name, _yaml(path.name, text))
    columns, rows = _csv(path.name, text)
    return _of_dicts(path.name, rows, first=2, columns=columns)


def table_of(name: str, rows: Any) -> Table:
    """The table of rows that are in memory already."""
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise TableUnreadable(N_("%(file)s must hold a list of rows."), params={"file": name})
    return _of_dicts(name, rows, first=1)


def _of_dicts(
    name: str, rows: Iterable[Mapping[str, Any]], *, first: int, columns: Iterable[str] = ()
) -> Table:
    columns = dict.fromkeys(columns)
    lines = []
    for number, row in enumerate(rows, start=first):
        columns.update(dict.fromkeys(str(column) for column in row))
        cells = {str(column): _cell(value) for column, value in row.items()}
        filled = {column: value for column, value in cells.items() if value is not None}
        if filled:
            lines.append(Line(number=number, cells=filled))
    return Table(name=name, columns=tuple(columns), lines=tuple(lines))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip()
        return _TRUTH.get(text.lower(), text) if text else None
    if isinstance(value, float):
        return None if math.isnan(value) else Decimal(repr(value))
    return value


def _text(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableUnreadable(
        N_("%(file)s is neither UTF-8 nor GB 18030 text."), params={"file": path.name}
    )


def _csv(name: str, text: str) -> tuple[list[str], Iterator[Mapping[str, Any]]]:
    """The named columns, and the rows."""
    head = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [column.strip() for column in next(reader, [])]
    twice = next((column for column in columns if column and columns.count(column) > 1), "")
    if not any(columns) or twice:
        raise TableUnreadable(
            N_("%(file)s needs a first line that names each column once. %(column)s"),
            params={"file": name, "column": twice},
        )
    return columns, _csv_rows(name, columns, reader)


def _csv_rows(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[Mapping[str, Any]]:
    """Rows by column; one that has more cells than there are columns was cut at the wrong places."""
    for number, cells in enumerate(rows, start=2):
        if any(cell.strip() for cell in cells[len(columns) :]):
            message = f"has {len(cells)} cells, but there are {len(columns)} columns."
            raise RowsUnreadable([Fault(file=name, row=number, message=message)])
        yield dict(zip(columns, cells, strict=False))


def _json(name: str, text: str, *, lines: bool) -> Any:
    try:
        if lines:
            return [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line]
        return json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise TableUnreadable(
            N_("%(file)s is not JSON: %(reason)s"), params={"file": name, "reason": error}
        ) from error


def _yaml(name: str, text: str) -> Any:
    try:
        return yaml.load(text, Loader=ExactLoader)
    except yaml.YAMLError as error:
        raise TableUnreadable(
            N_("%(file)s is not YAML: %(reason)s"), params={"file": name, "reason": error}
        ) from error


def _parquet(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        import polars
    except ImportError as error:
        raise TableUnreadable(
            N_("Parquet needs the extra “volume”: pip install 'tonglu[volume]'.")
        ) from error
    try:
        narrow = polars.col(polars.Float32).fill_nan(None).cast(polars.String)
        return polars.read_parquet(path).with_columns(narrow).iter_rows(named=True)
    except polars.exceptions.PolarsError as error:
        raise TableUnreadable(
            N_("%(file)s is not a Parquet file."), params={"file": path.name}
        ) from error
