"""Caches that are never stale: each is keyed by an epoch, and all epochs are read with one query per request.

    tree = cached("departments", _load_tree)

`departments` and `policy` are bumped by the database itself on every write to their tables; other modules call
`epoch_bump("custom_fields")` after their own writes. A number never comes back, not even after a rollback; what nobody ever wrote has
the number 0, which is as good as any other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.db import connection

from .memory import forget, remember
from .models import Epoch

T = TypeVar("T")

_caches: dict[tuple[str, str], tuple[int, Any]] = {}


def epoch(name: str) -> int:
    """The current number of the cached thing; 0 when it never changed."""
    return remember("epochs", _epochs).get(name, 0)


def epoch_bump(name: str) -> None:
    """Say that the cached thing changed; holds from the commit of the current transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_epoch_bump(%s)", [name])
    forget()


def cached(name: str, load: Callable[[], T], key: str = "") -> T:
    """What `load` gave at the current epoch of `name`; `key` keeps several things under one epoch."""
    number = epoch(name)
    found = _caches.get((name, key))
    if found is not None and found[0] == number:
        return cast(T, found[1])
    fresh = load()
    _caches[name, key] = (number, fresh)
    return fresh


def _epochs() -> dict[str, int]:
    return dict(Epoch.objects.values_list("name", "number"))
