"""What the machine publishes about any kind of record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tonglu.toolkit.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordAssigned(Event):
    """A record that had an owner, or none, has another one now; whoever gave it is `by_id`."""

    name: ClassVar[str] = "entities.record.assigned"
    kind: str
    row_id: int
    to_id: int
    by_id: int | None


@dataclass(frozen=True, kw_only=True)
class RecordsAssigned(Event):
    """One bulk act gave `count` records to the same person; `row_id` is the first of them."""

    name: ClassVar[str] = "entities.records.assigned"
    kind: str
    row_id: int
    changeset_id: int
    count: int
    to_id: int
    by_id: int | None


@dataclass(frozen=True, kw_only=True)
class RecordMentions(Event):
    """Somebody named these people in what they wrote on a record."""

    name: ClassVar[str] = "entities.record.mentions"
    kind: str
    row_id: int
    people: tuple[int, ...]
    by_id: int
