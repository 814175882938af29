"""Telling people what is theirs now: one event for each record, and one for all that a bulk act gave to the same person.

Kinds that tell of a new owner in an event of their own (a task, a lead) keep it back while `in_bulk()`: what a bulk act gives is
told by `RecordsAssigned` for every kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tonglu.toolkit.events import publish

from .events import RecordAssigned, RecordsAssigned

_waiting: ContextVar[list[RecordAssigned] | None] = ContextVar("handed_over", default=None)


def in_bulk() -> bool:
    """Whether a bulk act is under way."""
    return _waiting.get() is not None


def owner_told(event: RecordAssigned) -> None:
    """Tell of a new owner now, or at the end of the bulk act."""
    waiting = _waiting.get()
    if waiting is None:
        publish(event)
    else:
        waiting.append(event)


@contextmanager
def told_together(changeset_id: int) -> Iterator[None]:
    """Tell each new owner once, when the act is done; nobody when it fails."""
    waiting: list[RecordAssigned] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    by_owner: dict[int, list[RecordAssigned]] = {}
    for event in waiting:
        by_owner.setdefault(event.to_id, []).append(event)
    for to_id, events in by_owner.items():
        first = events[0]
        publish(
            RecordsAssigned(
                kind=first.kind,
                row_id=first.row_id,
                changeset_id=changeset_id,
                count=len({event.row_id for event in events}),
                to_id=to_id,
                by_id=first.by_id,
            )
        )


@contextmanager
def one_of_many() -> Iterator[None]:
    """One row of a bulk act: when it is refused, its new owner is not told of it."""
    waiting = _waiting.get()
    kept = len(waiting) if waiting is not None else 0
    try:
        yield
    except BaseException:
        if waiting is not None:
            del waiting[kept:]
        raise
