"""Where a person stands today under each of their plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tonglu.compensation.services.earning import versions_for
from tonglu.kernel.errors import DomainError

from .books import book_of
from .steps import Step


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One plan of a person, with a step for each of its rate components."""

    plan: str
    version: int
    steps: tuple[Step, ...]


def standings_of(person_id: int, day: date, language: str) -> list[Standing]:
    """The plans that hold for a person on a day; one that cannot be read yet, for want of a target, shows no steps."""
    found = []
    for row in versions_for(person_id, day):
        try:
            book = book_of(row, person_id, day)
            steps = book.steps(book.before, language)
        except DomainError:
            steps = ()
        found.append(Standing(plan=str(row.plan), version=row.number, steps=steps))
    return found
