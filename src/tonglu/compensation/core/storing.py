"""Rows as plain values and back, exactly: a frozen statement keeps its trace and can be read aloud later.

`row_from_dict(row_to_dict(row)) == row`; defaults are left out, fractions are text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import MISSING, fields
from fractions import Fraction
from typing import Any

from .numbers import exact, number_text
from .trace import Row, Slice, Step

_NUMBERS = frozenset(
    {"amount", "pct", "factor", "credit", "before", "after", "quota", "rounding", "portion", "rate",
     "lo", "hi", "delta"}
)  # fmt: skip
_NUMBER = "number"
# The fields of each kind with their defaults, found once: a run stores millions.
_DEFAULTS: Mapping[type, tuple[tuple[str, Any], ...]] = {
    kind: tuple((f.name, f.default) for f in fields(kind) if f.name not in ("slices", "steps"))
    for kind in (Row, Slice, Step)
}


def row_to_dict(row: Row) -> dict[str, Any]:
    return _declared(row) | pieces_to_dict(row)


def pieces_to_dict(row: Row) -> dict[str, list[dict[str, Any]]]:
    """Only what the row is made of: its slices and steps."""
    return {
        "slices": [_declared(piece) for piece in row.slices],
        "steps": [_declared(step) for step in row.steps],
    }


def row_from_dict(raw: Mapping[str, Any]) -> Row:
    known = _typed(raw)
    known["slices"] = tuple(Slice(**_typed(piece)) for piece in raw.get("slices", ()))
    known["steps"] = tuple(_step(step) for step in raw.get("steps", ()))
    if known.get("date") is not None:
        known["date"] = dt.date.fromisoformat(str(known["date"]))
    return Row(**known)


def _declared(value: Row | Slice | Step) -> dict[str, Any]:
    """The fields that differ from their default, as plain values."""
    found = {}
    for name, default in _DEFAULTS[type(value)]:
        own = getattr(value, name)
        if default is MISSING or (own is not default and own != default):
            found[name] = _plain(own, name)
    return found


def _plain(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner, "") for key, inner in value.items()}
    if isinstance(value, Fraction):
        text = number_text(value)
        return text if name in _NUMBERS else {_NUMBER: text}
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)


def _typed(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: exact(value) if name in _NUMBERS and value is not None else value
        for name, value in raw.items()
        if name not in ("slices", "steps")
    }


def _step(raw: Mapping[str, Any]) -> Step:
    params = {key: _unwrapped(value) for key, value in raw.get("params", {}).items()}
    return Step(code=raw["code"], delta=exact(raw["delta"]), params=params)


def _unwrapped(value: Any) -> Any:
    """Numbers among words are wrapped, so that a measure called “5” stays a word."""
    return exact(value[_NUMBER]) if isinstance(value, Mapping) else value
