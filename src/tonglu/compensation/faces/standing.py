"""Where a person stands today under each of their plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tonglu.compensation.models import PlanVersion
from tonglu.compensation.neutral import version_read
from tonglu.compensation.receiving import reads_money
from tonglu.compensation.services.earning import versions_for
from tonglu.kernel.errors import DomainError

from .books import book_of
from .coming import Outstanding, outstanding_of
from .steps import Step


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One plan of a person, with a step for each of its rate components."""

    plan: str
    version: int
    steps: tuple[Step, ...]
    outstanding: Outstanding | None = None
    """Of a plan that counts the customers' money: what has not come in yet."""


def standings_of(person_id: int, day: date, language: str) -> list[Standing]:
    """The plans that hold for a person on a day; one that cannot be read yet, for want of a target, shows no steps."""
    found = []
    for row in versions_for(person_id, day):
        try:
            book = book_of(row, person_id, day)
            steps = book.steps(book.before, language)
        except DomainError:
            steps = ()
        open_ = _outstanding(person_id, row)
        found.append(
            Standing(plan=str(row.plan), version=row.number, steps=steps, outstanding=open_)
        )
    return found


def _outstanding(person_id: int, row: PlanVersion) -> Outstanding | None:
    components = version_read(row.definition)[1].components
    roles = {role for one in components if reads_money(one) for role in one.roles}
    return outstanding_of(person_id, row.plan_id, roles) if roles else None
