"""Facts that other modules may act on: published with the change, delivered after it is committed, at least once.

A module publishes a frozen dataclass; each subscriber gets a job of its own, so that one that fails is retried without
disturbing the others. Handlers are idempotent: they look whether their work is done already. The row in the outbox is written
in the transaction of the change, so there is no fact without its change, nor a change without its fact.

What is written as history is no news: inside `gathered` nothing is published, and the facts that figures depend on are told when
the writer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from pydantic import TypeAdapter

from .jobs import defer, task
from .models import OutboxEvent
from .requests import request_id

_HANDLE = "toolkit.event.handle"


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
    with transaction.atomic(savepoint=False):
        row = OutboxEvent.objects.create(
            name=event.name,
            payload=_adapter(type(event)).dump_python(event, mode="json"),
            request=request_id(),
        )
        for handler in _handlers.get(event.name, {}):
            defer(_HANDLE, event_id=row.pk, handler=handler)


@task(name=_HANDLE)
def handle(*, event_id: int, handler: str) -> None:
    """Give one event to one subscriber, in a transaction."""
    row = OutboxEvent.objects.get(pk=event_id)
    event = _adapter(_types[row.name]).validate_python(row.payload)
    with transaction.atomic():
        _handlers[row.name][handler](event)


def _adapter(event: type[Event]) -> TypeAdapter[Any]:
    """Turns an event into JSON and back: dates, decimals, money and tuples included."""
    if event not in _adapters:
        _adapters[event] = TypeAdapter(event)
    return _adapters[event]
