"""What remains when two records of one company become one.

The kept record keeps its own values; where it has none, it takes those of the other. Where both have one and they differ, the
difference is shown before the merge and the other's value stays readable on the merged record and in the trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class MergePlan:
    """Values the kept record takes over, and the differences it keeps its own value in."""

    taken: Mapping[str, Any]
    differing: Mapping[str, tuple[Any, Any]]


def merge_plan(
    kept: Mapping[str, Any], given_up: Mapping[str, Any], fields: Iterable[str]
) -> MergePlan:
    """Plan the merge of `given_up` into `kept` over the named fields."""
    taken: dict[str, Any] = {}
    differing: dict[str, tuple[Any, Any]] = {}
    for name in fields:
        mine, theirs = kept.get(name), given_up.get(name)
        if _is_empty(theirs) or mine == theirs:
            continue
        if isinstance(mine, list) and isinstance(theirs, list):
            taken[name] = [*mine, *(item for item in theirs if item not in mine)]
        elif _is_empty(mine):
            taken[name] = theirs
        else:
            differing[name] = (mine, theirs)
    return MergePlan(taken=taken, differing=differing)


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}
