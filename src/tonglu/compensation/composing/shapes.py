"""What the form of a plan is made of: items with a key of the neutral form, a label and a kind of control.

A *group* holds items side by side, *rows* hold the same items again and again. A *codec* turns a value of the neutral form into the
group or rows that a person edits, and back; it raises Misfit for a value that is better edited as YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise
else:
    Text = Any

Around = Mapping[str, Any]
Test = Callable[[Around], bool]
Choices = tuple[tuple[str, Text], ...]

GROUP, ROWS = "group", "rows"


class Misfit(ValueError):
    """A value of the neutral form that has no place in the form's fields."""


def always(_around: Around) -> bool:
    """The item is always shown."""
    return True


@dataclass(frozen=True, kw_only=True)
class Codec:
    """`unpack`: neutral value -> what the inner items edit; `pack`: the way back, None for nothing."""

    unpack: Callable[[Any], Any]
    pack: Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One field, group or table of rows. `when` looks at what stands around it, `kind_in` at the group that holds its table."""

    key: str
    label: Text
    kind: str = "text"
    help: Text = ""
    choices: Choices = ()
    items: tuple[Item, ...] = ()
    codec: Codec | None = None
    when: Test = always
    kind_in: Callable[[Around], str] | None = None
    add: Text = ""
    wide: bool = False
    redraws: bool = False
    cards: bool = False
    placeholder: Text = ""
    default: str = ""

    def kind_for(self, around: Around) -> str:
        """The kind of control, given the group that holds the table of this item."""
        return self.kind if self.kind_in is None else self.kind_in(around)


def text(key: str, label: Text, **more: Any) -> Item:
    """A line of text."""
    return Item(key=key, label=label, **more)


def number(key: str, label: Text, **more: Any) -> Item:
    """An exact number."""
    return Item(key=key, label=label, kind="number", **more)


def rate(key: str, label: Text, **more: Any) -> Item:
    """A share, shown as a percentage."""
    return Item(key=key, label=label, kind="rate", **more)


def whole(key: str, label: Text, **more: Any) -> Item:
    """A whole number."""
    return Item(key=key, label=label, kind="whole", **more)


def flag(key: str, label: Text, **more: Any) -> Item:
    """Yes or no."""
    return Item(key=key, label=label, kind="flag", **more)


def choice(key: str, label: Text, choices: Choices, **more: Any) -> Item:
    """One of a few words."""
    return Item(key=key, label=label, kind="choice", choices=choices, **more)


def names(key: str, label: Text, **more: Any) -> Item:
    """Several names, separated by commas."""
    return Item(key=key, label=label, kind="names", **more)


def series(key: str, label: Text, **more: Any) -> Item:
    """Several numbers, separated by semicolons."""
    return Item(key=key, label=label, kind="series", **more)


def group(key: str, label: Text, *items: Item, **more: Any) -> Item:
    """Fields that belong together."""
    return Item(key=key, label=label, kind=GROUP, items=items, **more)


def rows(key: str, label: Text, *items: Item, add: Text, **more: Any) -> Item:
    """A table of equal rows."""
    return Item(key=key, label=label, kind=ROWS, items=items, add=add, **more)


def is_one(key: str, *values: str, otherwise: str = "") -> Test:
    """Shown while the field beside it has one of these values; `otherwise` is what an empty one means."""
    wanted = frozenset(values)
    return lambda around: str(around.get(key) or otherwise) in wanted
