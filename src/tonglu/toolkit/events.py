"""Facts that other modules may act on: published with the change, delivered after it is committed, at least once.

A module publishes a frozen dataclass; each subscriber gets a job of its own, so that one that fails is retried without
disturbing the others. Handlers are idempotent: they look whether their work is done already. The row in the outbox is written
in the transaction of the change, so there is no fact without its change, nor a change without its fact. Where many rows change at
once, `published_together` writes their facts with one statement and asks for one job per subscriber and portion.

What is written as history is no news: inside `gathered` nothing is published, and the facts that figures depend on are told when
the writer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import structlog
from django.db import transaction
from pydantic import TypeAdapter

from .jobs import defer, task
from .models import OutboxEvent
from .requests import request_id

log = structlog.get_logger("tonglu.events")

_HANDLE = "toolkit.event.handle"
_HANDLE_MANY = "toolkit.event.handle_many"
_PORTION = 500


@dataclass(frozen=True)
class Event:
    """The base of all events; `name` ("sales.opportunity.won") is what the outbox, webhooks and the API call it."""

    name: ClassVar[str] = ""


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], object]

_types: dict[str, type[Event]] = {}
_adapters: dict[type[Event], TypeAdapter[Any]] = {}
_handlers: dict[str, dict[str, Handler]] = {}
_gathered: ContextVar[Gathered | None] = ContextVar("gathered_events", default=None)


class Gathered:
    """The events of some kinds that were published while history was written."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = frozenset(names)
        self.events: list[Event] = []

    def add(self, event: Event) -> None:
        """Keep the event if it is of one of the kinds, and drop it otherwise."""
        if event.name in self.names:
            self.events.append(event)

    def tell(self) -> int:
        """Give the kept events, and those that follow from them, to their subscribers at once; gives how many they were."""
        told = 0
        while self.events:
            event = self.events.pop(0)
            for handler in _handlers.get(event.name, {}).values():
                handler(event)
            told += 1
        return told


@contextmanager
def gathered(*kinds: type[Event]) -> Iterator[Gathered]:
    """Publish nothing until the block ends: events of these kinds are kept to be told, all others are dropped."""
    kept = Gathered({kind.name for kind in kinds})
    token = _gathered.set(kept)
    try:
        yield kept
    finally:
        _gathered.reset(token)


_together: ContextVar[list[Event] | None] = ContextVar("tonglu_events", default=None)


def subscribe(event: type[E], handler: Callable[[E], object]) -> None:
    """Call `handler` with each such event after its commit; for `AppConfig.ready`."""
    _types[event.name] = event
    path = f"{handler.__module__}.{handler.__qualname__}"
    _handlers.setdefault(event.name, {})[path] = handler


def publish(event: Event) -> None:
    """Write the event into the outbox of the current transaction, and ask for its delivery."""
    if not event.name:
        raise TypeError(f"{type(event).__name__} has no name.")
    if (kept := _gathered.get()) is not None:
        kept.add(event)
        return
    if (waiting := _together.get()) is not None:
        waiting.append(event)
        return
    with transaction.atomic(savepoint=False):
        row = _row(event)
        row.save(force_insert=True)
        for handler in _handlers.get(event.name, {}):
            defer(_HANDLE, event_id=row.pk, handler=handler)


@contextmanager
def published_together() -> Iterator[None]:
    """Events published inside are written when the block ends; none when it fails. Lies within one transaction."""
    if _together.get() is not None:
        yield
        return
    waiting: list[Event] = []
    token = _together.set(waiting)
    try:
        yield
    finally:
        _together.reset(token)
    _publish_many(waiting)


def _publish_many(events: Sequence[Event]) -> None:
    with transaction.atomic():
        rows = OutboxEvent.objects.bulk_create([_row(event) for event in events])
        by_handler: dict[str, list[int]] = {}
        for row in rows:
            for handler in _handlers.get(row.name, {}):
                by_handler.setdefault(handler, []).append(row.pk)
        for handler, ids in by_handler.items():
            for at in range(0, len(ids), _PORTION):
                defer(_HANDLE_MANY, event_ids=ids[at : at + _PORTION], handler=handler)


def _row(event: Event) -> OutboxEvent:
    payload = _adapter(type(event)).dump_python(event, mode="json")
    return OutboxEvent(name=event.name, payload=payload, request=request_id())


@task(name=_HANDLE)
def handle(*, event_id: int, handler: str) -> None:
    """Give one event to one subscriber, in a transaction."""
    row = OutboxEvent.objects.get(pk=event_id)
    event = _adapter(_types[row.name]).validate_python(row.payload)
    with transaction.atomic():
        _handlers[row.name][handler](event)


@task(name=_HANDLE_MANY)
def handle_many(*, event_ids: list[int], handler: str) -> None:
    """Give many events to one subscriber; one that fails gets a job of its own, with its own tries."""
    for event_id in event_ids:
        try:
            handle(event_id=event_id, handler=handler)
        except Exception as problem:
            log.warning("failed in a batch", id=event_id, handler=handler, exc_info=problem)
            defer(_HANDLE, event_id=event_id, handler=handler)


def _adapter(event: type[Event]) -> TypeAdapter[Any]:
    """Turns an event into JSON and back: dates, decimals, money and tuples included."""
    if event not in _adapters:
        _adapters[event] = TypeAdapter(event)
    return _adapters[event]
