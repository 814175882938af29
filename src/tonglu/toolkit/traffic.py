"""Counting answers and slow statements, in memory first and in the database a few times a minute.

Every process counts for itself and adds what it counted to the same rows, so the figures are those of the whole installation and
survive a restart; what a killed process had not added yet is lost. Statements are kept with their placeholders, never with values.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum

from . import clock
from .models import SlowStatement, Traffic

log = structlog.get_logger("tonglu.database")

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ENDLESS = "+Inf"
LONGEST_STATEMENT = 4000


@dataclass
class _Counted:
    """What this process counted since it last wrote."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: Counter[tuple[str, str]] = field(default_factory=Counter)
    slow: dict[str, list[float]] = field(default_factory=dict)
    place: str = ""
    written: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Answers by class of status, answers that took at most so many seconds, their count and the sum of their times."""

    by_status: dict[str, int]
    cumulative: dict[str, int]
    count: int
    seconds: float

    def within(self, share: float) -> str:
        """The bound within which that share of the answers was given ("" when there were none)."""
        return next((le for le, n in self.cumulative.items() if n >= self.count * share and n), "")


_lock = threading.Lock()
_counted = _Counted()


def observe(status: int, seconds: float, place: str) -> None:
    """Count one answer; now and then write down what was counted."""
    if not settings.COUNT_TRAFFIC:
        return
    key = (f"{status // 100}xx", _bucket(seconds))
    with _lock:
        _counted.answers[key] += 1
        _counted.seconds[key] += seconds  # type: ignore[assignment]
        _counted.place = place
        due = time.monotonic() - _counted.written > settings.COUNT_TRAFFIC
    if due:
        flush()


def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Around every statement: those over `SLOW_STATEMENT_MS` are logged and kept."""
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = time.perf_counter() - started
        if took * 1000 >= settings.SLOW_STATEMENT_MS:
            _note(str(sql), took)


def flush() -> None:
    """Add what this process counted to the totals; when the database refuses, it is kept for the next time."""
    global _counted
    if connection.in_atomic_block and connection.needs_rollback:
        return
    with _lock:
        counted, _counted = _counted, _Counted(place=_counted.place)
    try:
        with transaction.atomic():
            _write(counted)
    except DatabaseError as problem:
        log.warning("figures not written", error=type(problem).__name__)
        _take_back(counted)


def totals() -> Totals:
    """The figures of the whole installation."""
    rows = list(Traffic.objects.values_list("status", "le", "count"))
    by_status, by_bucket = Counter[str](), Counter[str]()
    for status, le, count in rows:
        by_status[status] += count
        by_bucket[le] += count
    reached, cumulative = 0, {}
    for le in (*map(str, BUCKETS), ENDLESS):
        reached += by_bucket[le]
        cumulative[le] = reached
    seconds = Traffic.objects.aggregate(sum=Sum("seconds"))["sum"] or 0.0
    return Totals(
        by_status=dict(sorted(by_status.items())),
        cumulative=cumulative,
        count=reached,
        seconds=seconds,
    )


def slow_statements(most: int = 50) -> list[SlowStatement]:
    """The statements that took the most time in all."""
    return list(SlowStatement.objects.all()[:most])


def _bucket(seconds: float) -> str:
    return next((str(bound) for bound in BUCKETS if seconds <= bound), ENDLESS)


def _note(sql: str, took: float) -> None:
    statement = " ".join(sql.split())[:LONGEST_STATEMENT]
    log.warning("slow statement", ms=round(took * 1000), statement=statement[:500])
    with _lock:
        _counted.slow.setdefault(statement, []).append(took)


def _take_back(counted: _Counted) -> None:
    """Count again what could not be written."""
    with _lock:
        _counted.answers.update(counted.answers)
        _counted.seconds.update(counted.seconds)
        for statement, times in counted.slow.items():
            _counted.slow.setdefault(statement, []).extend(times)


def _write(counted: _Counted) -> None:
    with connection.cursor() as cursor:
        answers = sorted(counted.answers.items())
        cursor.executemany(_ADD_TRAFFIC, [[*key, n, counted.seconds[key]] for key, n in answers])
        for statement, times in sorted(counted.slow.items()):
            digest = hashlib.sha256(statement.encode()).hexdigest()
            values: list[Any] = [digest, statement, len(times), sum(times), max(times)]
            cursor.execute(_ADD_SLOW, [*values, counted.place[:200], clock.now()])


_ADD_TRAFFIC = """
INSERT INTO toolkit_traffic (status, le, count, seconds) VALUES (%s, %s, %s, %s)
ON CONFLICT (status, le) DO UPDATE SET count = toolkit_traffic.count + excluded.count,
    seconds = toolkit_traffic.seconds + excluded.seconds
"""
_ADD_SLOW = """
INSERT INTO toolkit_slowstatement (digest, statement, count, seconds, longest, place, last_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (digest) DO UPDATE SET count = toolkit_slowstatement.count + excluded.count,
    seconds = toolkit_slowstatement.seconds + excluded.seconds,
    longest = greatest(toolkit_slowstatement.longest, excluded.longest),
    place = excluded.place, last_at = excluded.last_at
"""
