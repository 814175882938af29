"""Who manages whom on a day: the reporting tree that override pay climbs, version by version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tonglu.kernel.text import N_

from .faults import fault
from .model.reading import Field, Spec, day, read


@dataclass(frozen=True, kw_only=True)
class HierarchyVersion:
    manager_of: Mapping[str, str]
    effective_from: dt.date = dt.date.min
    effective_to: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    versions: tuple[HierarchyVersion, ...] = ()

    def path(self, payee: str, on: dt.date | None) -> tuple[str, ...]:
        """The managers above `payee` on that day, nearest first; a circle is refused, whoever is their own manager is the top."""
        managers = self.managers_on(on)
        path = [payee]
        while (manager := managers.get(path[-1], "")) and manager != path[-1]:
            if manager in path:
                circle = " → ".join((*path[path.index(manager) :], manager))
                raise fault(
                    "hierarchy_loop",
                    N_("Managers stand above each other: %(circle)s."),
                    circle=circle,
                )
            path.append(manager)
        return tuple(path[1:])

    def managers_on(self, on: dt.date | None) -> Mapping[str, str]:
        """The tree of that day: person -> manager."""
        valid: Mapping[str, str] = {}
        for version in self.versions:
            if on is None or version.effective_from <= on:
                ended = on is not None and version.effective_to is not None
                if not (ended and on > version.effective_to):  # type: ignore[operator]
                    valid = version.manager_of
        return valid


NOBODY_ABOVE = Hierarchy()


def hierarchy_from(raw: Any) -> Hierarchy:
    """A list of dated trees, or one tree that always holds."""
    items: Sequence[Any] = raw if isinstance(raw, (list, tuple)) else [raw]
    versions = [HierarchyVersion(**read(_SPEC, _dated(item), "Hierarchy")) for item in items]
    return Hierarchy(versions=tuple(sorted(versions, key=lambda version: version.effective_from)))


def _dated(item: Any) -> Any:
    is_bare = isinstance(item, Mapping) and not set(item) & {"manager_of", "managers", "parents"}
    return {"manager_of": item} if is_bare else item


def _managers(raw: Any) -> Mapping[str, str]:
    return {str(person): str(manager) for person, manager in raw.items() if manager is not None}


_SPEC: Spec = {
    "manager_of": Field(_managers, ("managers", "parents")),
    "effective_from": Field(day, ("from",)),
    "effective_to": Field(day, ("to", "until")),
}
