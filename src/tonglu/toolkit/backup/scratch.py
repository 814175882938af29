"""Folders for the length of a piece of work, which a kill cannot leave behind for good.

Each holds a file that is locked as long as its process lives. Whoever makes the next one removes those that nobody holds any more:
what they contain is a whole installation, unencrypted, and perhaps a server that still runs.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.files import locks

HELD = ".held"
YOUNG_SECONDS = 60
"""A folder this young may be about to be locked."""
UNMARKED_SECONDS = 86_400
"""One without the file may belong to an earlier version at work."""


@contextmanager
def scratch(
    prefix: str, parent: Path | None = None, *, clear: Callable[[Path], object] = lambda _left: None
) -> Iterator[Path]:
    """A folder that is gone afterwards; `clear` ends what may still run in one that was left."""
    within = parent or Path(tempfile.gettempdir())
    for left in within.glob(f"{prefix}*"):
        if _is_left(left):
            clear(left)
            shutil.rmtree(left, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(prefix=prefix, dir=parent) as made,
        (Path(made) / HELD).open("w") as held,
    ):
        locks.lock(held, locks.LOCK_EX)
        yield Path(made)


def _is_left(folder: Path) -> bool:
    """Whether the process that made it is gone."""
    with suppress(OSError):
        mark = folder / HELD
        enough = YOUNG_SECONDS if mark.exists() else UNMARKED_SECONDS
        if time.time() - folder.stat().st_mtime < enough:
            return False
        with mark.open("a") as held:
            return bool(locks.lock(held, locks.LOCK_EX | locks.LOCK_NB))
    return False
