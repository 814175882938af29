"""Many at once: threads that start at the same moment, each with its own connection."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections

from tonglu.kernel.errors import DomainError

PATIENCE = 300


@dataclass(kw_only=True)
class Race:
    """What happened: outcomes, and what the database then says beside what it should say."""

    outcomes: Counter[str]
    found: Any
    due: Any

    @property
    def faults(self) -> list[str]:
        """Errors among the refusals, a clash that only the database found, and a sum that is not as it should be."""
        errors = [word for word in self.outcomes if ":" in word or word == "constraint"]
        wrong = [f"left {self.found}, should be {self.due}: {dict(self.outcomes)}"]
        return [*errors, *(wrong if self.found != self.due else [])]


def at_once(number: int, act: Callable[[int], Any]) -> Counter[str]:
    """Let so many do it at the same moment; counts what each came to: "done", the code of a refusal, or an error's name.

    An act may answer with a word of its own, which is then counted instead of "done".
    """
    begin = threading.Barrier(number)
    outcomes: list[str] = []

    def one(place: int) -> None:
        try:
            begin.wait(timeout=PATIENCE)
            said = act(place)
            outcomes.append(said if isinstance(said, str) else "done")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        except Exception as problem:
            outcomes.append(f"{type(problem).__name__}: {problem}"[:200])
        finally:
            connection.close()

    connections.close_all()
    threads = [threading.Thread(target=one, args=(place,), daemon=True) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    assert len(outcomes) == number, f"{number - len(outcomes)} never came to an end"
    return Counter(outcomes)
