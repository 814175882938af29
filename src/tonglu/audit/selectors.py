"""Reading the trail of a record, of a change-set, or all of it; and the state of the chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from .models import Check, Entry, Head


@dataclass(frozen=True, kw_only=True)
class Change:
    """One entry in one shape: `changes` is {field: (old, new)} whatever the act was."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    door: str
    verb: str
    reason: str
    kind: str
    row_id: int
    act: str
    changes: dict[str, tuple[Any, Any]]
    changeset_id: int | None


def history(kind: str, row_id: int, *, most: int = 50, before: int | None = None) -> list[Change]:
    """The newest changes of a row and of its lines, newest first."""
    own = Q(kind=kind, row_id=row_id) | Q(parent_kind=kind, parent_id=row_id)
    rows = Entry.objects.filter(own)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_change(entry) for entry in rows.order_by("-id")[:most]]


def changeset_entries(changeset_id: int) -> Iterator[Change]:
    """All changes of a change-set, the last one first, as undoing needs them."""
    rows = Entry.objects.filter(changeset_id=changeset_id).order_by("-id")
    return map(_change, rows.iterator(chunk_size=2000))


def changeset_rows(changeset_id: int, kind: str) -> QuerySet[Any, Any]:
    """The ids of the rows of a kind that a change-set touched, for `pk__in`."""
    return Entry.objects.filter(changeset_id=changeset_id, kind=kind).values("row_id").order_by()


def entries() -> QuerySet[Entry]:
    """Every entry; for whoever may read the whole audit."""
    return Entry.objects.all()


@dataclass(frozen=True, kw_only=True)
class ChainState:
    """How far the chain is sealed, what waits to be sealed, and what the last verification found."""

    sealed: int
    sealed_at: datetime | None
    waiting: int
    last: Check | None


WAITING_COUNTED = 10_000


def chain_state() -> ChainState:
    """The state of the chain; entries that wait are counted up to a bound."""
    head = Head.objects.filter(pk=1).first()
    waiting = Entry.objects.filter(seq__isnull=True).order_by()[:WAITING_COUNTED].count()
    return ChainState(
        sealed=head.seq if head else 0,
        sealed_at=head.at if head else None,
        waiting=waiting,
        last=Check.objects.first(),
    )


USED = {"kind": "kind", "verb": "verb", "door": "door"}


def values_used(column: str) -> list[str]:
    """The distinct kinds, verbs or doors of the trail, found by hopping through the index from value to value."""
    name = USED[column]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE hop AS ((SELECT {name} AS value FROM audit_entry ORDER BY {name} LIMIT 1)"
            f" UNION ALL SELECT (SELECT {name} FROM audit_entry WHERE {name} > hop.value ORDER BY {name} LIMIT 1)"
            f" FROM hop WHERE hop.value IS NOT NULL) SELECT value FROM hop WHERE value > ''"
        )
        return [row[0] for row in cursor.fetchall()]


def change_of(entry: Entry) -> Change:
    """An entry in the one shape of a change."""
    return _change(entry)


def _change(entry: Entry) -> Change:
    match entry.act:
        case Entry.Act.CREATED | Entry.Act.NOTED:
            changes = {name: (None, value) for name, value in entry.changes.items()}
        case Entry.Act.DELETED:
            changes = {name: (value, None) for name, value in entry.changes.items()}
        case _:
            changes = {name: (pair[0], pair[1]) for name, pair in entry.changes.items()}
    return Change(
        id=entry.pk,
        at=entry.at,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        door=entry.door,
        verb=entry.verb,
        reason=entry.reason,
        kind=entry.kind,
        row_id=entry.row_id,
        act=entry.act,
        changes=changes,
        changeset_id=entry.changeset_id,
    )
