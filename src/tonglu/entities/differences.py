"""What differs between two structured values, leaf by leaf, so that a change of a plan or a rule can be read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

MISSING = object()
Leaf = tuple[tuple[str, ...], Any, Any]
"""The way to a leaf (keys, and places counted from 1), what it was, what it is; None where it was not, or is no more."""


def leaves_changed(old: Any, new: Any, way: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Every leaf that two structures do not have in common, in the order of the new one."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in (*new, *(key for key in old if key not in new)):
            yield from leaves_changed(
                old.get(key, MISSING), new.get(key, MISSING), (*way, str(key))
            )
    elif isinstance(old, list) and isinstance(new, list):
        pairs = zip_longest(old, new, fillvalue=MISSING)
        for place, (before, after) in enumerate(pairs, start=1):
            yield from leaves_changed(before, after, (*way, str(place)))
    elif old is MISSING and isinstance(new, dict | list) and new:
        yield from leaves_changed(type(new)(), new, way)
    elif new is MISSING and isinstance(old, dict | list) and old:
        yield from leaves_changed(old, type(old)(), way)
    elif _known(old) != _known(new):
        yield way, _known(old), _known(new)


def _known(value: Any) -> Any:
    return None if value is MISSING else value


def leaf_text(value: Any) -> str:
    """A leaf as text; a dash for what is not there."""
    if value is None or value in ("", [], {}):
        return "–"
    return str(value).lower() if isinstance(value, bool) else str(value)
