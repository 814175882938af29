"""Retro: a recomputed past becomes a delta in the open period; what was issued stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .model.reading import Field, Spec, read, text
from .numbers import ZERO, exact


@dataclass(frozen=True, kw_only=True)
class Revision:
    revision: str
    value: Fraction


def forward_deltas(revisions: Sequence[Revision]) -> dict[str, Fraction]:
    """For each revision the change against the one before; the first is the original: no delta."""
    deltas: dict[str, Fraction] = {}
    before: Fraction | None = None
    for item in revisions:
        deltas[item.revision] = ZERO if before is None else item.value - before
        before = item.value
    return deltas


def revision_from(raw: Any) -> Revision:
    return Revision(**read(_SPEC, raw, "Result"))


_SPEC: Spec = {
    "revision": Field(text, ("id", "version", "name")),
    "value": Field(exact, ("amount", "result")),
}
