"""What one request remembers, and what only a request that does nothing but read may remember."""

from __future__ import annotations

from itertools import count

from tonglu.directory.memory import forget, memory, remember, remember_reading


def test_a_request_that_reads_asks_once_and_one_that_writes_each_time() -> None:
    asked = count()

    with memory(reading=True):
        assert [remember_reading("k", lambda: next(asked)) for _ in range(3)] == [0, 0, 0]
    with memory():
        assert [remember_reading("k", lambda: next(asked)) for _ in range(2)] == [1, 2]
    assert remember_reading("k", lambda: next(asked)) == 3


def test_after_a_write_of_rights_even_a_reading_request_asks_again() -> None:
    asked = count()

    with memory(reading=True):
        remember("k", lambda: next(asked))
        forget()

        assert [remember_reading("k", lambda: next(asked)) for _ in range(2)] == [1, 2]
