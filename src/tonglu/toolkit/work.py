"""Long jobs that a person watches: asked for, under way with their progress, over with a result, an error or a file.

The page that asked for the work shows its row and may be left. Progress is written beside the job's own transaction, so that
it is seen before the job commits; whoever asked may cancel, which the job notices at its next step and rolls back.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import connection, connections
from django.utils.functional import Promise

from tonglu.kernel.errors import DomainError

from . import clock
from .models import StoredFile, Work
from .replicas import has_replica, written

_STEP_SECONDS = 0.5


class HasPerson(Protocol):
    """An actor, or whatever else stands for a person."""

    @property
    def person_id(self) -> int | None: ...


class Cancelled(Exception):
    """Whoever asked for the work wants it stopped."""


class Progress:
    """Handed to the job: call it as often as you like, it writes twice a second."""

    def __init__(self, work_id: int) -> None:
        self.work_id = work_id
        self._written = 0.0

    def __call__(self, done: int, total: int | None = None) -> None:
        """Say how much is done, of how much; raises `Cancelled` when the work is no longer wanted."""
        if time.monotonic() - self._written >= _STEP_SECONDS:
            self._written = time.monotonic()
            work_progress(self.work_id, done, total)


def work_start(*, actor: HasPerson, kind: str, title: str | Promise, total: int = 0) -> Work:
    """Note that a person asked for long work; the caller defers the job with the row's id in the same transaction."""
    return Work.objects.create(
        person_id=actor.person_id, kind=kind, title=str(title)[:200], total=total
    )


def work_progress(work_id: int, done: int, total: int | None = None) -> None:
    """Show how far the work is, and stop it if that was asked for."""
    with _beside() as cursor:
        cursor.execute(
            "UPDATE toolkit_work SET done = %s, total = coalesce(%s, total) WHERE id = %s"
            " RETURNING cancel_asked",
            [done, total, work_id],
        )
        row = cursor.fetchone()
    if row and row[0]:
        raise Cancelled


def work_finish(
    work_id: int,
    *,
    state: str = Work.State.DONE,
    result: dict[str, Any] | None = None,
    error: str = "",
    file: StoredFile | None = None,
) -> None:
    """Write how the work ended."""
    changes: dict[str, Any] = {"state": state, "error": error, "finished_at": clock.now()}
    if result is not None:
        changes["result"] = result
    if file is not None:
        changes["file"] = file
    Work.objects.filter(pk=work_id).update(**changes)
    _seen(work_id)


def work_cancel(work_id: int) -> None:
    """Ask running work to stop; waiting work will not begin."""
    Work.objects.filter(pk=work_id, state=Work.State.WAITING).update(
        state=Work.State.CANCELLED, finished_at=clock.now()
    )
    Work.objects.filter(pk=work_id, state=Work.State.RUNNING).update(cancel_asked=True)


def works_of(person_id: int) -> list[Work]:
    """What this person asked for lately, newest first."""
    return list(Work.objects.filter(person_id=person_id).select_related("file")[:50])


def _seen(work_id: int) -> None:
    """Whoever asked for the work finds its result wherever they read."""
    if has_replica():
        written(Work.objects.values_list("person_id", flat=True).filter(pk=work_id).first())


@contextmanager
def working(work_id: int) -> Iterator[Progress]:
    """Around the job's own transaction: marks the row as running, and writes the end if the job does not.

    A refusal by a rule ends the work with its sentence, which is an answer; any other error is raised again, to be retried.
    """
    Work.objects.filter(pk=work_id).update(state=Work.State.RUNNING, started_at=clock.now())
    try:
        yield Progress(work_id)
    except Cancelled:
        work_finish(work_id, state=Work.State.CANCELLED)
    except DomainError as refusal:
        work_finish(work_id, state=Work.State.FAILED, error=str(refusal))
    except Exception as problem:
        work_finish(work_id, state=Work.State.FAILED, error=type(problem).__name__)
        raise
    else:
        Work.objects.filter(pk=work_id, state=Work.State.RUNNING).update(
            state=Work.State.DONE, finished_at=clock.now()
        )
        _seen(work_id)


@contextmanager
def _beside() -> Iterator[Any]:
    """A cursor whose writes are seen at once: the usual connection, or a second one while a transaction is open on it."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            yield cursor
        return
    second = connections.create_connection("default")
    try:
        with second.cursor() as cursor:
            yield cursor
    finally:
        second.close()
