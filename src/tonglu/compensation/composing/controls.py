"""The form as it is drawn: a tree of controls with names, values and errors; what is out of sight travels hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .codecs import AMOUNTS
from .shapes import GROUP, ROWS, Choices, Item, Text
from .showing import REST


@dataclass(frozen=True, kw_only=True)
class Control:
    """One field, group or table, ready to be drawn."""

    item: Item
    name: str
    kind: str
    value: str = ""
    error: str = ""
    parts: tuple[Control, ...] = ()
    rows: tuple[Line, ...] = ()

    @property
    def id(self) -> str:
        """The id of its element."""
        return self.name.replace(".", "-").replace("~", "rest")

    @property
    def label(self) -> Text:
        """What stands above it."""
        return self.item.label

    @property
    def choices(self) -> Choices:
        """What can be chosen; a value that is not among them can be kept."""
        known = self.item.choices
        if self.value and self.value not in {value for value, _label in known}:
            return (*known, (self.value, self.value))
        return known

    @property
    def is_amounts(self) -> bool:
        """Whether it is a number for everybody, with others by name."""
        return self.item.codec is AMOUNTS and len(self.parts) == 2

    @property
    def is_bare(self) -> bool:
        """Whether its parts stand for themselves: a word or a number of one's own, a measure."""
        return self.kind == GROUP and self.item.key in ("measure", "on_fail", "below", "above")

    @property
    def is_wide(self) -> bool:
        """Whether it needs the whole width: it holds a table."""
        return any(part.kind == ROWS for part in self.parts)

    @property
    def is_filled(self) -> bool:
        """Whether it, or anything in it, says something beyond the usual."""
        own = self.value and self.value != self.item.default
        return bool(own or self.rows or any(part.is_filled for part in self.parts))

    @property
    def has_error(self) -> bool:
        """Whether it, or anything in it, cannot be read."""
        inner = (*self.parts, *(part for row in self.rows for part in row.parts))
        return bool(self.error) or any(part.has_error for part in inner)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a table, with its place among the others."""

    name: str
    number: int
    parts: tuple[Control, ...]
    rest: tuple[Control, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    is_first: bool = False
    is_last: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)

    def part(self, key: str) -> Control | None:
        """The control of one field."""
        return next((one for one in self.parts if one.item.key == key), None)


def control_of(item: Item, typed: Any, name: str, errors: Mapping[str, str]) -> Control:
    """The control of an item for what was typed into it."""
    if item.kind == GROUP:
        values = typed if isinstance(typed, Mapping) else {}
        parts = (*_parts(item, values, name, errors), *_rest(values, name, errors))
        return Control(item=item, name=name, kind=GROUP, parts=parts)
    if item.kind == ROWS:
        rows = typed if isinstance(typed, list) else []
        lines = tuple(_line(item, rows, at, name, errors) for at in range(len(rows)))
        return Control(item=item, name=name, kind=ROWS, rows=lines)
    value = (typed if isinstance(typed, str) else "") or item.default
    kind = "number" if item.kind_in is not None else item.kind
    return Control(item=item, name=name, kind=kind, value=value, error=errors.get(name, ""))


def hidden_of(item: Item, typed: Any, name: str) -> Iterator[tuple[str, str]]:
    """What is out of sight in a group, as names and values that travel with the form."""
    if not isinstance(typed, Mapping):
        return
    shown = {one.key for one in item.items if one.when(typed)}
    for key, value in typed.items():
        if key not in shown and key != REST:
            yield from _flat(value, f"{name}.{key}")


def _parts(
    item: Item, typed: Mapping[str, Any], name: str, errors: Mapping[str, str]
) -> tuple[Control, ...]:
    shown = [
        control_of(one, typed.get(one.key), f"{name}.{one.key}", errors)
        for one in item.items
        if one.when(typed)
    ]
    kept = [
        Control(item=_HIDDEN, name=where, kind="hidden", value=value)
        for where, value in hidden_of(item, typed, name)
    ]
    return (*shown, *kept)


def _rest(typed: Mapping[str, Any], name: str, errors: Mapping[str, str]) -> tuple[Control, ...]:
    rest = typed.get(REST)
    if not isinstance(rest, Mapping):
        return ()
    return tuple(
        Control(
            item=Item(key=key, label=key, kind="yaml", wide=True),
            name=f"{name}.{REST}.{key}",
            kind="yaml",
            value=str(text),
            error=errors.get(f"{name}.{REST}.{key}", ""),
        )
        for key, text in rest.items()
    )


def _line(item: Item, rows: list[Any], at: int, name: str, errors: Mapping[str, str]) -> Line:
    values = rows[at] if isinstance(rows[at], Mapping) else {}
    where = f"{name}.{at}"
    return Line(
        name=where,
        number=at + 1,
        parts=(*_parts(item, values, where, errors), *_rest(values, where, errors)),
        is_first=at == 0,
        is_last=at == len(rows) - 1,
        values=values,
    )


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _flat(one, f"{name}.{key}")
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _flat(one, f"{name}.{at}")
    elif value:
        yield name, str(value)


_HIDDEN = Item(key="", label="", kind="hidden")
