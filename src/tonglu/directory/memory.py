"""What one request has already looked up, so that it is looked up once.

`memory()` opens a fresh memory for the length of a request or a job; `remember(key, make)` answers from it. Outside of any
memory nothing is kept, so a shell or a test always sees the database as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

T = TypeVar("T")

_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("tonglu_memory", default=None)


@contextmanager
def memory() -> Iterator[None]:
    """Keep what is looked up until the block ends."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remember(key: Hashable, make: Callable[[], T]) -> T:
    """The remembered answer, or a new one."""
    kept = _memory.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    return cast(T, kept[key])


def forget() -> None:
    """Look everything up again from here on; writers of rights and departments call it."""
    kept = _memory.get()
    if kept is not None:
        kept.clear()
