"""What changed between two versions of a document."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """One line before and after; a missing side means it was added or removed."""

    key: Hashable
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def kind(self) -> str:
        """added, removed, changed or same."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "changed" if self.changed else "same"

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the fields that differ."""
        if self.before is None or self.after is None:
            return ()
        return tuple(name for name, value in self.after.items() if self.before.get(name) != value)


def lines_compare(
    before: Iterable[tuple[Hashable, Mapping[str, Any]]],
    after: Iterable[tuple[Hashable, Mapping[str, Any]]],
) -> list[LineChange]:
    """Lines matched by key, the n-th with the n-th of the same key; the new order first, removed lines last."""
    old = dict(_numbered(before))
    new = dict(_numbered(after))
    found = [LineChange(key=key, before=old.get(key), after=row) for key, row in new.items()]
    gone = [
        LineChange(key=key, before=row, after=None) for key, row in old.items() if key not in new
    ]
    return found + gone


def _numbered(
    rows: Iterable[tuple[Hashable, Mapping[str, Any]]],
) -> Iterable[tuple[tuple[Hashable, int], Mapping[str, Any]]]:
    seen: dict[Hashable, int] = {}
    for key, row in rows:
        seen[key] = seen.get(key, 0) + 1
        yield (key, seen[key]), row
