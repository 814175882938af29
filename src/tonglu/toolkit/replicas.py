"""Reading from a streaming replica, without anybody ever missing what they wrote or saw before.

With `DATABASE_REPLICA_URL` set, requests that only read take the records of the business from the replica. People, rights, sessions,
settings and whatever is kept in memory always come from the primary, so that rights and caches are never stale.

Each person has a number on the primary that grows with everything done in their name, whichever door or device it came through, and
after every answer that was read from the primary. Since a replica repeats all changes in one order, a replica that shows the same
number also shows what came before it: only then is it read for that person. It is not read, either, when it lags by more than
`TONGLU_REPLICA_SECONDS`, nor for a while after it failed; a read that fails there is done again on the primary.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connection, connections
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse

REPLICA = "replica"
SAFE = frozenset({"GET", "HEAD"})
READ_THERE = frozenset(
    {"approvals", "audit", "catalog", "collaboration", "compensation", "customers", "finance", "insights",
     "marketing", "orders", "sales", "supply", "support"}
)  # fmt: skip
AVOIDED_SECONDS = 5.0

Answer = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger("tonglu.replicas")

_WRITTEN = "SELECT number FROM toolkit_lastwrite WHERE person_id = %s"
_PRIMARY = f"SELECT pg_current_wal_lsn()::text, coalesce(({_WRITTEN}), 0)"
_CAUGHT_UP = f"""SELECT coalesce(({_WRITTEN}), 0) >= %s AND pg_is_in_recovery() AND (
    pg_last_wal_replay_lsn() >= %s::pg_lsn OR pg_last_xact_replay_timestamp() > now() - make_interval(secs => %s))"""
_NOTE = """INSERT INTO toolkit_lastwrite AS one (person_id, number) VALUES (%s, 1)
    ON CONFLICT (person_id) DO UPDATE SET number = one.number + 1"""


@dataclass
class _Reading:
    """One request that may read from the replica, until it writes."""

    there: bool = True
    wrote: bool = False


_reading: ContextVar[_Reading | None] = ContextVar("tonglu_reading", default=None)
_avoided_until = 0.0


def has_replica() -> bool:
    """Whether this installation reads from a replica."""
    return REPLICA in settings.DATABASES


def written(person_id: int | None) -> None:
    """Something was done in this person's name: from the commit on, no replica is read for them that does not show it."""
    if person_id is not None and has_replica():
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [person_id])


class Router:
    """Sends reads of business records to the replica, inside `reading_there` and outside of transactions."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        """The replica, if this request may."""
        reading = _reading.get()
        may = reading is not None and reading.there and model._meta.app_label in READ_THERE
        return REPLICA if may and not connection.in_atomic_block else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **_hints: Any) -> str:
        """The primary, as all that this request reads from here on."""
        reading = _reading.get()
        if reading is not None:
            reading.there, reading.wrote = False, True
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        """Both hold the same rows."""
        return True

    def allow_migrate(self, db: str, _app: str, **_hints: Any) -> bool:
        """The replica repeats the primary's tables."""
        return db != REPLICA


class ReplicaMiddleware:
    """Decides for each request where it reads, and notes what was done in whose name."""

    def __init__(self, get_response: Answer) -> None:
        if not has_replica():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person_id = request.actor.person_id  # type: ignore[attr-defined]
        if person_id is None:
            return self.get_response(request)
        if request.method not in SAFE or not _caught_up(person_id):
            response = self.get_response(request)
            if response.status_code < 400:
                written(person_id)
            return response
        structlog.contextvars.bind_contextvars(reads=REPLICA)
        with reading_there() as reading:
            response = self.get_response(request)
        if reading.wrote:
            written(person_id)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A read that the replica failed is done again on the primary; other errors are not ours."""
        reading = _reading.get()
        if reading is None or reading.wrote or not isinstance(error, OperationalError):
            return None
        _avoid(error)
        reading.there = False
        view: Any = request.resolver_match
        again: HttpResponse = view.func(request, *view.args, **view.kwargs)
        if isinstance(again, SimpleTemplateResponse):
            again.render()
        return again


@contextmanager
def reading_there() -> Iterator[_Reading]:
    """Business records are read from the replica until the block ends or writes."""
    reading = _Reading()
    token = _reading.set(reading)
    try:
        yield reading
    finally:
        _reading.reset(token)


def _caught_up(person_id: int) -> bool:
    """Whether the replica answers, shows all that was done in this person's name, and is not far behind."""
    if time.monotonic() < _avoided_until:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_PRIMARY, [person_id])
        position, number = cursor.fetchone()
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(_CAUGHT_UP, [person_id, number, position, settings.REPLICA_SECONDS])
            return bool(cursor.fetchone()[0])
    except DatabaseError as problem:
        _avoid(problem)
        return False


def _avoid(problem: Exception) -> None:
    """Leave a replica that failed alone for a while."""
    global _avoided_until
    _avoided_until = time.monotonic() + AVOIDED_SECONDS
    log.warning("replica failed", problem=str(problem).strip()[:300])
    connections[REPLICA].close()
