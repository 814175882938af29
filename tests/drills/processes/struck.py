"""A process that works and is killed: it tells through a pipe what was acknowledged, and only that must be there afterwards."""

from __future__ import annotations

import os
import random
import select
import signal
import time
from collections.abc import Callable
from typing import Any

from django.db import connections

Tell = Callable[[str], None]
LONGEST_SECONDS = 60


def struck(work: Callable[[Tell], Any], dice: random.Random, *, after: float) -> list[str]:
    """The words of a child that was struck; see `strike`."""
    return strike(work, dice, after=after)[0]


def strike(
    work: Callable[[Tell], Any], dice: random.Random, *, after: float
) -> tuple[list[str], bool]:
    """Let a child of this process work, kill it without warning within so many seconds of its first word.

    Gives all its words, and whether it was still at work. It tells a key only after the commit has returned, and ends by itself when
    all work is done.
    """
    connections.close_all()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _work(work, write)
    os.close(write)
    select.select([read], [], [], LONGEST_SECONDS)
    time.sleep(dice.random() * after)
    os.kill(child, signal.SIGKILL)
    _pid, ended = os.waitpid(child, 0)
    with os.fdopen(read) as words:
        return words.read().splitlines(), os.WIFSIGNALED(ended)


def _work(work: Callable[[Tell], Any], write: int) -> None:
    try:
        os.write(write, b"begun\n")
        work(lambda key: os.write(write, f"{key}\n".encode()))  # type: ignore[arg-type, return-value]
    finally:
        os._exit(0)
