"""What a browser sent, as a tree: `plan.components.0.id` becomes plan → components → the first → id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .showing import REST

MOST_FIELDS = 20_000


def tree_of(pairs: Iterable[tuple[str, str]], root: str) -> Any:
    """The tree below one root; numbers name the rows, which keep their order and close their ranks."""
    tree: dict[str, Any] = {}
    for name, value in list(pairs)[:MOST_FIELDS]:
        head, *path = name.split(".")
        if head == root and path:
            _put(tree, _whole_rest(path), value.replace("\r\n", "\n").replace("\x00", ""))
    return _listed(tree)


def _whole_rest(path: list[str]) -> list[str]:
    """What follows the mark of the rest is one name, dots and all."""
    if REST not in path[:-1]:
        return path
    at = path.index(REST) + 1
    return [*path[:at], ".".join(path[at:])]


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    for step in path[:-1]:
        inner = tree.setdefault(step, {})
        if not isinstance(inner, dict):
            inner = tree[step] = {}
        tree = inner
    if not isinstance(tree.get(path[-1]), dict):
        tree[path[-1]] = value


def _listed(value: Any) -> Any:
    """Mappings whose names are all numbers are rows."""
    if not isinstance(value, Mapping):
        return value
    inner = {key: one if key == REST else _listed(one) for key, one in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
