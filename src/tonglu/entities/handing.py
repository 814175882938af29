"""Telling people what is theirs now: one event for each record, and one for all that a bulk act gave to the same person.

Kinds that tell of a new owner in an event of their own (a task, a lead) keep it back while `in_bulk()`: what a bulk act gives is
told by `RecordsAssigned` for every kind. An act that commits in portions, as an import does, keeps the *lots* of each and tells of
their sum at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from tonglu.toolkit.events import publish

from .events import RecordAssigned, RecordsAssigned


@dataclass(frozen=True, kw_only=True)
class Lot:
    """What one act gave to one person: how many records of a kind, and the first of them."""

    kind: str
    to_id: int
    row_id: int
    count: int


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
    with kept_back() as waiting:
        yield
    if waiting:
        lots_told(changeset_id, waiting[0].by_id, lots_of(waiting))


@contextmanager
def kept_back() -> Iterator[list[RecordAssigned]]:
    """Nobody is told inside; gives what there would be to tell."""
    waiting: list[RecordAssigned] = []
    token = _waiting.set(waiting)
    try:
        yield waiting
    finally:
        _waiting.reset(token)


def lots_of(waiting: Iterable[RecordAssigned]) -> list[Lot]:
    """What each person was given, in the order of the first; the last word on a record counts."""
    owner = {(event.kind, event.row_id): event.to_id for event in waiting}
    given: dict[tuple[str, int], list[int]] = {}
    for (kind, row_id), to_id in owner.items():
        given.setdefault((kind, to_id), []).append(row_id)
    return [
        Lot(kind=kind, to_id=to_id, row_id=ids[0], count=len(ids))
        for (kind, to_id), ids in given.items()
    ]


def lots_added(lots: Iterable[Lot]) -> list[Lot]:
    """The lots of several portions, one for each person and kind."""
    sums: dict[tuple[str, int], Lot] = {}
    for lot in lots:
        key = (lot.kind, lot.to_id)
        sums[key] = replace(sums[key], count=sums[key].count + lot.count) if key in sums else lot
    return list(sums.values())


def lots_told(changeset_id: int, by_id: int | None, lots: Iterable[Lot]) -> None:
    """One event for each person."""
    for lot in lots:
        publish(
            RecordsAssigned(
                kind=lot.kind,
                row_id=lot.row_id,
                changeset_id=changeset_id,
                count=lot.count,
                to_id=lot.to_id,
                by_id=by_id,
            )
        )


@contextmanager
def one_of_many() -> Iterator[None]:
    """One row of a bulk act, or a batch of them: when it is refused, its new owner is not told of it."""
    waiting = _waiting.get()
    kept = len(waiting) if waiting is not None else 0
    try:
        yield
    except BaseException:
        if waiting is not None:
            del waiting[kept:]
        raise
