"""Telling the database who acts, and sealing what it recorded.

Inside `context` every changed row is recorded under the actor, the door, the verb and the change-set; outside of it, changes
are recorded as made in SQL by the database user. Nested contexts keep the outermost verb: winning a deal that also closes its
tasks is one act.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection, transaction

from tonglu.toolkit.requests import request_id

from .models import Check, Head

if TYPE_CHECKING:
    from tonglu.policy import Actor


@dataclass(frozen=True, kw_only=True)
class _Context:
    actor: int | None
    name: str
    door: str
    request: str
    verb: str
    reason: str
    changeset: int | None


_current: ContextVar[_Context | None] = ContextVar("audit_context", default=None)
_late: ContextVar[_Late | None] = ContextVar("audit_late", default=None)


@contextmanager
def context(
    actor: Actor, *, verb: str = "", reason: str = "", changeset: int | None = None
) -> Iterator[None]:
    """Run a transaction in which every change is recorded as `actor`'s."""
    outer = _current.get()
    wanted = _wanted(actor, outer, verb, reason, changeset)
    inside = connection.in_atomic_block
    with transaction.atomic():
        if wanted != outer:
            _tell(wanted)
        token = _current.set(wanted)
        try:
            yield
        finally:
            _current.reset(token)
            if wanted != outer and inside and not connection.needs_rollback:
                _tell(outer)


@contextmanager
def told_late() -> Iterator[None]:
    """Tell the database who acts only when it is about to write: for one long transaction that makes thousands of records."""
    late = _Late()
    token = _late.set(late)
    try:
        with connection.execute_wrapper(late):
            yield
            late.tell()
    finally:
        _late.reset(token)


class _Late:
    """What is to be told before the next statement that writes, and what was told last."""

    def __init__(self) -> None:
        self.wanted = ""
        self.told: str | None = ""

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        words = str(sql).split(None, 1)
        if not words or words[0] != "SELECT" or _draws_ids(words[1]):
            self.tell()
        if words and words[0] == "ROLLBACK":
            self.told = None
        return execute(sql, params, many, context)

    def tell(self) -> None:
        """Tell what is wanted, unless the database knows."""
        if self.told != self.wanted:
            self.told = self.wanted
            _say(self.wanted)


def _draws_ids(asked: str) -> bool:
    """Whether rows are about to be written by COPY, which is no statement that could be seen here: it draws their ids first."""
    return asked.startswith("nextval(")


def audit_seal(most: int = 100_000) -> int:
    """Link entries that are not yet in the chain to its end; gives how many were linked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_seal(%s)", [most])
        return int(cursor.fetchone()[0])


def audit_verify() -> int | None:
    """The place of the first entry that was altered, moved or removed, or None when the chain is whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_broken()")
        found = cursor.fetchone()[0]
    return None if found is None else int(found)


def audit_check(actor: Actor) -> Check:
    """Verify the whole chain, and keep what was found and how long it took."""
    started = time.perf_counter()
    sealed = Head.objects.filter(pk=1).values_list("seq", flat=True).first() or 0
    broken = audit_verify()
    return Check.objects.create(
        actor_id=actor.person_id,
        actor_name=actor.name,
        seq=sealed,
        broken_at=broken,
        seconds=round(time.perf_counter() - started, 3),
    )


def _wanted(
    actor: Actor, outer: _Context | None, verb: str, reason: str, changeset: int | None
) -> _Context:
    inner = _Context(
        actor=actor.person_id,
        name=actor.name,
        door=actor.door,
        request=request_id(),
        verb=verb,
        reason=reason,
        changeset=changeset,
    )
    if outer is None or outer.actor != inner.actor:
        return inner
    return replace(
        inner,
        door=outer.door,
        verb=outer.verb or verb,
        reason=outer.reason or reason,
        changeset=outer.changeset or changeset,
    )


def _tell(context: _Context | None) -> None:
    told = orjson.dumps(context).decode() if context else ""
    late = _late.get()
    if late is None:
        _say(told)
    else:
        late.wanted = told


def _say(told: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tonglu.context', %s, true)", [told])


def audit_note(
    actor: Actor, *, verb: str, kind: str, note: dict[str, object], row_id: int = 0
) -> None:
    """Record an act that changes no row, such as an export, as an entry of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (at, actor_id, actor_name, door, request_id, verb, reason, kind, row_id,"
            " parent_kind, act, changes) VALUES (clock_timestamp(), %s, %s, %s, %s, %s, '', %s, %s, '', 'N', %s)",
            [
                actor.person_id,
                actor.name,
                actor.door,
                request_id(),
                verb,
                kind,
                row_id,
                orjson.dumps(note).decode(),
            ],
        )
