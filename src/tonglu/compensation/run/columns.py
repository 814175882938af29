"""Columns by the words people head them with, and faults of cells at their place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from tonglu.kernel.errors import DomainError

from .tables import Fault, Line, Table

Names = Mapping[str, tuple[str, ...]]


def headed(heads: Iterable[str], names: Names, columns: Mapping[str, str]) -> dict[str, str]:
    """The engine's name of each column: as it was told, its very name, a usual word for it, or its own."""
    exact = {name for head in heads if (name := _low(head)) in names and name not in columns}
    return {head: _meant(head, names, columns, exact) for head in heads}


def _meant(head: str, names: Names, columns: Mapping[str, str], exact: Collection[str]) -> str:
    """A column under its very name comes before others under usual words for it, which stay fields of their own."""
    told = next((name for name, header in columns.items() if header == head), None)
    if told is not None:
        return told
    low = _low(head)
    for name, others in names.items():
        if name not in columns and (low == name or (low in others and name not in exact)):
            return name
    return head


def _low(head: str) -> str:
    return head.strip().lower().replace(" ", "_")


def renamed(cells: Mapping[str, Any], heads: Mapping[str, str]) -> dict[str, Any]:
    return {heads[column]: value for column, value in cells.items()}


def require_one_word(
    table: Table, heads: Mapping[str, str], faults: list[Fault], help: str
) -> None:
    """Two columns that mean the same and differ say two things; which one counts is not for us to guess."""
    said: dict[str, list[str]] = {}
    for column, name in heads.items():
        said.setdefault(name, []).append(column)
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
