"""Columns by the words people head them with, and faults of cells at their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tonglu.kernel.errors import DomainError

from .tables import Fault, Line, Table

Names = Mapping[str, tuple[str, ...]]


def meant(column: str, names: Names, columns: Mapping[str, str]) -> str:
    """The engine's name of a column; what nobody knows keeps its own."""
    for name, header in columns.items():
        if header == column:
            return name
    low = column.strip().lower().replace(" ", "_")
    for name, others in names.items():
        if name not in columns and (low == name or low in others):
            return name
    return column


def renamed(cells: Mapping[str, Any], names: Names, columns: Mapping[str, str]) -> dict[str, Any]:
    return {meant(column, names, columns): value for column, value in cells.items()}


def require_one_word(
    table: Table, names: Names, columns: Mapping[str, str], faults: list[Fault], help: str
) -> None:
    """Two columns that mean the same and differ say two things; which one counts is not for us to guess."""
    said: dict[str, list[str]] = {}
    for column in table.columns:
        said.setdefault(meant(column, names, columns), []).append(column)
    for name, twins in ((name, twins) for name, twins in said.items() if len(twins) > 1):
        for line in table.lines:
            if len({str(line.cells[one]) for one in twins if one in line.cells}) > 1:
                told = " and ".join(f"“{one}”" for one in twins)
                message = f"{told} both say {name} and differ: {help.format(name=name)}"
                faults.append(
                    Fault(file=table.name, row=line.number, column=twins[-1], message=message)
                )
                break


def missing(table: Table, line: Line, column: str) -> Fault:
    return Fault(file=table.name, row=line.number, column=column, message="is empty.")


def tried(
    file: str, line: Line, read: Callable[[], Any], faults: list[Fault], column: str = ""
) -> Any:
    """What can be read, or a fault at its place."""
    try:
        return read()
    except (DomainError, ValueError, TypeError) as error:
        faults.append(Fault(file=file, row=line.number, column=column, message=str(error)))
        return None
