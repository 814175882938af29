"""From what stands in the fields to the neutral form, with a sentence for every field that cannot be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from re import split
from typing import Any

from django.utils.translation import gettext as _

from tonglu.compensation.core.model.writing import plain
from tonglu.compensation.core.numbers import exact

from .numbers import is_exact
from .shapes import GROUP, ROWS, Item
from .showing import REST
from .yamltext import Unreadable, yaml_read

Errors = dict[str, str]


def raw_of(item: Item, typed: Any, path: str, errors: Errors) -> Any:
    """The neutral value of an item, None for nothing; what cannot be read is named in `errors` by its path."""
    if item.kind == GROUP:
        value: Any = _group(item, typed, path, errors)
    elif item.kind == ROWS:
        value = _rows(item, typed, path, errors)
    else:
        return _leaf(item.kind if item.kind_in is None else "number", typed, path, errors)
    if item.codec is not None:
        return item.codec.pack(value) if value else None
    return value or None


def _group(item: Item, typed: Any, path: str, errors: Errors) -> dict[str, Any]:
    if not isinstance(typed, Mapping):
        return {}
    found: dict[str, Any] = {}
    for field in item.items:
        if field.key in typed and field.when(typed):
            value = raw_of(field, typed[field.key], f"{path}.{field.key}", errors)
            if value is not None:
                found[field.key] = value
    rest = typed.get(REST)
    for key, text in rest.items() if isinstance(rest, Mapping) else ():
        value = _leaf("yaml", text, f"{path}.{REST}.{key}", errors)
        if value is not None:
            found[str(key)] = value
    return found


def _rows(item: Item, typed: Any, path: str, errors: Errors) -> list[dict[str, Any]]:
    """The rows that say something; an empty row of a small table is no row."""
    if not isinstance(typed, list):
        return []
    read = [_group(item, row, f"{path}.{index}", errors) for index, row in enumerate(typed)]
    return [row for row in read if _says_something(item, row)]


def _says_something(item: Item, row: Mapping[str, Any]) -> bool:
    """Whether a row holds more than what its fields choose by themselves."""
    usual = {field.key: _usual(field) for field in item.items}
    return any(value != usual.get(key) for key, value in row.items())


def _usual(field: Item) -> str | None:
    if field.codec is not None and field.items:
        return field.items[0].default or None
    return field.default or None


def _leaf(kind: str, typed: Any, path: str, errors: Errors) -> Any:
    text = typed.strip() if isinstance(typed, str) else ""
    if not text:
        return None
    try:
        return _READERS.get(kind, str)(text)
    except Unreadable as error:
        errors[path] = error.error.text()
    except ValueError as error:
        errors[path] = str(error)
    return text


def _number(text: str) -> str:
    if not is_exact(text):
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text})
    return text


def _whole(text: str) -> int:
    if not text.lstrip("-").isdecimal():
        raise ValueError(_("“%(text)s” is not a whole number.") % {"text": text})
    return int(text)


def _scale(text: str) -> int | str:
    return text if text.lower() in ("none", "exact") else _whole(text)


def _scalar(text: str) -> Any:
    """A truth, a number, or a word."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    is_bare = is_exact(text) and text[-1] not in "%‰"
    return plain(exact(text)) if is_bare else text


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        message = _("“%(text)s” is not a day; write it as 2026-01-31.") % {"text": text}
        raise ValueError(message) from error


def _names(text: str) -> list[str] | None:
    return [part.strip() for part in split(r"[,，、;；\n]", text) if part.strip()] or None


def _series(text: str) -> list[str]:
    return [_number(part.strip()) for part in split(r"[;；\s]+", text) if part.strip()]


def _grid(text: str) -> list[list[str]]:
    return [_series(line) for line in text.splitlines() if line.strip()]


_READERS: Mapping[str, Any] = {
    "number": _number,
    "rate": _number,
    "whole": _whole,
    "scale": _scale,
    "scalar": _scalar,
    "flag": bool,
    "day": _day,
    "names": _names,
    "series": _series,
    "grid": _grid,
    "yaml": yaml_read,
}
