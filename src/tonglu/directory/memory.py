"""What one request has already looked up, so that it is looked up once.

`memory()` opens a fresh memory for the length of a request or a job; `remember(key, make)` answers from it. Outside of any
memory nothing is kept, so a shell or a test always sees the database as it is. What a write of the same request could change is asked
with `remember_reading`, which remembers only in a request that does nothing but read.

`batch()` is the same for many rows written in one transaction, where a rule may also keep what it counts itself, such as whose turn
it is: `remember_in_batch(key, make)`, and `at_batch_end(key, act)` to write it down once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

T = TypeVar("T")

_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("tonglu_memory", default=None)
_batch: ContextVar[dict[Hashable, Any] | None] = ContextVar("tonglu_batch", default=None)
_ENDS, _READING = "ends", "reading"


@contextmanager
def memory(*, reading: bool = False) -> Iterator[None]:
    """Keep what is looked up until the block ends; `reading` says that the block is a request to read."""
    token = _memory.set({_READING: True} if reading else {})
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


def remember_reading(key: Hashable, make: Callable[[], T]) -> T:
    """The remembered answer where nothing but reading goes on; a new one everywhere else."""
    return remember(key, make) if is_reading() else make()


def is_reading() -> bool:
    """Whether this is a request that does nothing but read."""
    kept = _memory.get()
    return kept is not None and _READING in kept


def forget() -> None:
    """Look everything up again from here on; writers of rights and departments call it."""
    kept = _memory.get()
    if kept is not None:
        kept.clear()


@contextmanager
def batch() -> Iterator[None]:
    """Many rows of one transaction; what was put off is done when the block ends well."""
    kept: dict[Hashable, Any] = {_ENDS: {}}
    token = _batch.set(kept)
    try:
        yield
    finally:
        _batch.reset(token)
    for act in kept[_ENDS].values():
        act()


def remember_in_batch(key: Hashable, make: Callable[[], T]) -> T:
    """The answer remembered for this batch; a new one outside of any."""
    kept = _batch.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    return cast(T, kept[key])


def at_batch_end(key: Hashable, act: Callable[[], object]) -> None:
    """Do it once when the batch ends, the last such act for each key; at once outside of any batch."""
    kept = _batch.get()
    if kept is None:
        act()
    else:
        kept[_ENDS][key] = act
