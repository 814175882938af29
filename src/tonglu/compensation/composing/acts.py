"""What the buttons of the form do to its rows: add, remove, move up and down, duplicate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.numbers import exact

from .numbers import number_shown, rate_shown
from .sample import SELLER, called
from .showing import Typed

DEFAULT_WIDTH = Fraction(100_000)


def act(typed: Typed, what: str) -> Typed:
    """The roots of the form after one press: `add:plan.components`, `remove:plan.components.1`, `up:…`, `down:…`, `copy:…`."""
    name, _, where = what.partition(":")
    do = _ACTS.get(name)
    tree = deepcopy(typed)
    if do is not None and where:
        do(tree, where.split("."))
    return tree


def _add(tree: Typed, path: list[str]) -> None:
    rows = _rows(tree, path, make=True)
    if rows is None:
        return
    match path[-1]:
        case "components":
            rows.append(_component(rows))
        case "tiers" | "late":
            rows.append(_next_tier(rows))
        case "tranches" | "steps":
            rows.append({"pct": "5%" if path[-1] == "tranches" else "100%"})
        case "payment":
            rows.append({"type": "holdback", "pct": "10%", "release_after": "12"})
        case "examples":
            rows.append({"yaml": "title: \ntransactions: []\nexpected: {}\n"})
        case "deals":
            rows.append(_deal(rows))
        case "filter" | "gates":
            rows.append({"op": "==" if path[-1] == "filter" else ">="})
        case _:
            rows.append({})


def _deal(rows: list[Any]) -> Typed:
    """One more deal like the last, under the next letter."""
    names = {str(row.get("id", "")) for row in rows}
    free = next((letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in names), "")
    return {**(rows[-1] if rows else {"who": called(SELLER), "amount": "100,000"}), "id": free}


def _remove(tree: Typed, path: list[str]) -> None:
    rows, at = _row(tree, path)
    if rows is not None:
        del rows[at]


def _up(tree: Typed, path: list[str]) -> None:
    _swap(tree, path, -1)


def _down(tree: Typed, path: list[str]) -> None:
    _swap(tree, path, 1)


def _swap(tree: Typed, path: list[str], by: int) -> None:
    rows, at = _row(tree, path)
    if rows is not None and 0 <= at + by < len(rows):
        rows[at], rows[at + by] = rows[at + by], rows[at]


def _copy(tree: Typed, path: list[str]) -> None:
    rows, at = _row(tree, path)
    if rows is None:
        return
    twin = deepcopy(rows[at])
    if "id" in twin:
        twin["id"] = _free_name(str(twin["id"]), rows)
    rows.insert(at + 1, twin)


def _row(tree: Typed, path: list[str]) -> tuple[list[Any] | None, int]:
    if not path or not path[-1].isdecimal():
        return None, 0
    rows, at = _rows(tree, path[:-1]), int(path[-1])
    return (rows, at) if rows is not None and at < len(rows) else (None, 0)


def _rows(tree: Typed, path: list[str], *, make: bool = False) -> list[Any] | None:
    here: Any = tree
    for index, step in enumerate(path):
        if isinstance(here, list):
            here = here[int(step)] if step.isdecimal() and int(step) < len(here) else None
        elif isinstance(here, dict):
            if make and not isinstance(here.get(step), (dict, list)):
                here[step] = [] if index == len(path) - 1 else {}
            here = here.get(step)
        else:
            return None
    return here if isinstance(here, list) else None


def _component(rows: list[Any]) -> Typed:
    name = _free_name("commission", rows)
    return {"id": name, "kind": "rate", "window": "month", "base_rate": {"all": "1%"}}


def _free_name(wanted: str, rows: list[Any]) -> str:
    taken = {str(row.get("id", "")) for row in rows if isinstance(row, Mapping)}
    names = (f"{wanted}_{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(name for name in names if name not in taken)


def _next_tier(rows: list[Any]) -> Typed:
    """A step that begins where the last one ends; an open last step is closed as wide as the one before."""
    if not rows:
        return {"from": "0", "to": "", "value": "1%"}
    last = rows[-1]
    end = str(last.get("to") or "").strip()
    if not end:
        end = last["to"] = _guessed_end(rows)
    return {"from": end, "to": "", "value": str(last.get("value", ""))}


def _guessed_end(rows: list[Any]) -> str:
    text = str(rows[-1].get("from") or "0")
    try:
        start = exact(text)
        before = exact(str(rows[-2].get("from") or "0")) if len(rows) > 1 else start
    except PayFault:
        return ""
    width = start - before or (Fraction(1, 4) if "%" in text else start or DEFAULT_WIDTH)
    return rate_shown(start + width) if "%" in text else number_shown(start + width)


_ACTS: Mapping[str, Callable[[Typed, list[str]], None]] = {
    "add": _add,
    "remove": _remove,
    "up": _up,
    "down": _down,
    "copy": _copy,
}
