"""When a request is decided.

Steps follow each other. A step asks some people, and is decided by *any* of them (或签), by *all* of them (会签), or by all
*in turn* (依次). Whoever returns it sends the whole request back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ANY, ALL, TURN = "any", "all", "turn"


@dataclass(frozen=True, kw_only=True)
class StepState:
    """One step: its mode, whom it asks in order, and who of them has approved."""

    mode: str
    people: tuple[int, ...]
    approved: frozenset[int] = frozenset()

    @property
    def done(self) -> bool:
        """Whether enough people have approved; a step that asks nobody is done."""
        if not self.people:
            return True
        if self.mode == ANY:
            return bool(self.approved & set(self.people))
        return set(self.people) <= self.approved

    @property
    def waiting(self) -> tuple[int, ...]:
        """Whom the step waits for now."""
        if self.done:
            return ()
        open_ = tuple(person for person in self.people if person not in self.approved)
        return open_[:1] if self.mode == TURN else open_


def current_step(steps: Sequence[StepState]) -> int | None:
    """The index of the first step that is not done; None when the request is approved."""
    return next((index for index, step in enumerate(steps) if not step.done), None)


def waiting_for(steps: Sequence[StepState]) -> tuple[int, ...]:
    """The people who can decide now."""
    index = current_step(steps)
    return () if index is None else steps[index].waiting
