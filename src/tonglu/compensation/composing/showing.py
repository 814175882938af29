"""From the neutral form to what stands in the fields; what has no field becomes a piece of YAML beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .numbers import number_shown, rate_shown
from .shapes import GROUP, ROWS, Around, Item, Misfit
from .yamltext import yaml_of

REST = "~"
"""The key under which a group keeps what it has no field for."""

Typed = dict[str, Any]


def typed_of(item: Item, raw: Any, around: Around | None = None) -> Any:
    """What the item's fields show for a value; Misfit when they cannot show it."""
    value = item.codec.unpack(raw) if item.codec is not None else raw
    if item.kind == GROUP:
        return _group(item, value)
    if item.kind == ROWS:
        if not isinstance(value, (list, tuple)):
            raise Misfit
        return [_row(item, row, around or {}) for row in value]
    return leaf_shown(item.kind_for(around or {}), value)


def leaf_shown(kind: str, value: Any) -> str:
    """One value as text."""
    if kind == "yaml":
        return yaml_of(value)
    if kind in ("names", "series", "grid"):
        return _several(kind, value)
    if isinstance(value, (Mapping, list, tuple)):
        raise Misfit
    if value is None:
        return ""
    if kind == "flag":
        if not isinstance(value, bool):
            raise Misfit
        return "1" if value else ""
    if isinstance(value, bool):
        return str(value).lower()
    shown = {"number": number_shown, "rate": rate_shown}.get(kind, str)
    return shown(value)


def _several(kind: str, value: Any) -> str:
    if isinstance(value, Mapping):
        raise Misfit
    parts = list(value) if isinstance(value, (list, tuple)) else [value]
    if kind == "grid":
        return "\n".join(_several("series", line) for line in parts)
    if any(isinstance(part, (Mapping, list, tuple)) for part in parts):
        raise Misfit
    if kind == "names":
        return ", ".join(str(part) for part in parts)
    return "; ".join(number_shown(part) for part in parts)


def _group(item: Item, raw: Any) -> Typed:
    if not isinstance(raw, Mapping):
        raise Misfit
    return _fields(item, raw, raw)


def _row(item: Item, raw: Any, around: Around) -> Typed:
    if not isinstance(raw, Mapping):
        raise Misfit
    return _fields(item, raw, around if not item.cards else raw)


def _fields(item: Item, raw: Mapping[str, Any], around: Around) -> Typed:
    """Each field's text, and the rest as YAML."""
    typed: Typed = {}
    rest: dict[str, str] = {}
    for key, value in raw.items():
        field = next((one for one in item.items if one.key == key and one.when(raw)), None)
        if value is None and field is not None:
            continue
        try:
            if field is None:
                raise Misfit
            typed[key] = typed_of(field, value, around)
        except (Misfit, TypeError, ValueError, KeyError):
            rest[str(key)] = yaml_of(value)
    if rest:
        typed[REST] = rest
    return typed
