"""Document numbers without gaps: `next_number("quote", "Q{year}-{n:05}")` gives Q2026-00001, Q2026-00002 …

The counter's row stays locked until the document's transaction ends, so a number that was rolled back is given out again.
Ask for it late in the transaction: others who need a number of the same series wait. Where many documents are made in one
transaction, `numbers_reserved` draws their numbers with one statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

from .clock import today

Series = tuple[str, int]


class Reserve:
    """Numbers drawn ahead, which no one else can draw before the transaction ends: so far given out, and drawn."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._begun: dict[Series, int] = {}
        self._given: dict[Series, int] = {}
        self._drawn: dict[Series, int] = {}

    def give(self, series: Series) -> int:
        """The next number of a series."""
        if self._given.get(series) == self._drawn.get(series):
            last = _draw(series, self._count)
            self._drawn[series] = last
            self._begun.setdefault(series, last - self._count)
            self._given.setdefault(series, last - self._count)
        self._given[series] += 1
        return self._given[series]

    def mark(self) -> dict[Series, int]:
        """How far each series is by now."""
        return dict(self._given)

    def back(self, mark: dict[Series, int]) -> None:
        """Take back what was given out since the mark, for a document that was not made after all."""
        for series, begun in self._begun.items():
            self._given[series] = mark.get(series, begun)

    def close(self) -> None:
        """Return what was drawn and not given out."""
        for series, drawn in self._drawn.items():
            if self._given[series] < drawn:
                _set_last(series, self._given[series])


FAR = 10_000_000
_reserve: ContextVar[Reserve | None] = ContextVar("tonglu_numbers", default=None)
_rehearsal: ContextVar[Reserve | None] = ContextVar("tonglu_numbers_rehearsal", default=None)


@contextmanager
def numbers_reserved(count: int) -> Iterator[Reserve]:
    """Inside, each series is drawn `count` numbers at a time; the block lies within one transaction or savepoint."""
    reserve = _rehearsal.get() or Reserve(max(count, 1))
    token = _reserve.set(reserve)
    try:
        yield reserve
    finally:
        _reserve.reset(token)
    reserve.close()


class _Rehearsal(Reserve):
    """Numbers for documents that will not be kept: far ahead of the real ones, so that nobody waits for them."""

    def __init__(self) -> None:
        super().__init__(FAR)

    def give(self, series: Series) -> int:
        """The next number of a series, without drawing it."""
        if series not in self._given:
            self._given[series] = self._begun[series] = _last(series) + FAR
        self._given[series] += 1
        return self._given[series]


@contextmanager
def numbers_rehearsed() -> Iterator[None]:
    """Inside, numbers are made up; for a trial that is rolled back and may take long."""
    token = _rehearsal.set(_Rehearsal())
    try:
        yield
    finally:
        _rehearsal.reset(token)


def next_number(series: str, pattern: str = "{n}", *, year: int = 0) -> str:
    """The next number of the series in that year (by default the company's current one), written in the pattern."""
    year = year or today().year
    reserve = _reserve.get() or _rehearsal.get()
    number = reserve.give((series, year)) if reserve is not None else _draw((series, year), 1)
    return pattern.format(year=year, n=number)


def _draw(series: Series, count: int) -> int:
    """Draw so many numbers; gives the last of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO toolkit_numberseries AS kept (series, year, last) VALUES (%s, %s, %s)"
            " ON CONFLICT (series, year) DO UPDATE SET last = kept.last + excluded.last RETURNING last",
            [*series, count],
        )
        return int(cursor.fetchone()[0])


def _set_last(series: Series, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE toolkit_numberseries SET last = %s WHERE series = %s AND year = %s",
            [last, *series],
        )


def _last(series: Series) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT last FROM toolkit_numberseries WHERE series = %s AND year = %s", [*series]
        )
        found = cursor.fetchone()
    return int(found[0]) if found else 0
