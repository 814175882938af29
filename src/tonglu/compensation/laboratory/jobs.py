"""Running a trial: at once for a small book, as a job for a big one; both leave the same row with the result."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.utils import translation

from tonglu import policy
from tonglu.compensation.core.model.plan import Plan
from tonglu.compensation.core.presets.catalogue import preset
from tonglu.compensation.models import PayFact, PayPeriod, PlanVersion
from tonglu.compensation.neutral import version_read
from tonglu.compensation.receiving import apart, counts_money
from tonglu.directory.selectors import person_by_id
from tonglu.entities.selectors import row as visible_row
from tonglu.policy import Actor
from tonglu.toolkit.files import file_open
from tonglu.toolkit.jobs import defer, task, work_finish, work_start, working
from tonglu.toolkit.models import StoredFile, Work

from .books import LabBook, book_between, book_of_file, in_the_house
from .trial import trial_of

KIND = "compensation.trial"
AT_ONCE = 2000
"""Facts a person waits for; more are left to a job."""
AT_ONCE_BYTES = 200_000


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is tried: a span of days or a file, under a plan, held against another (or against what was earned)."""

    plan: str
    against: str = ""
    first: str = ""
    last: str = ""
    file_id: int | None = None
    file_name: str = ""


def trial_start(actor: Actor, ask: Ask, title: str) -> Work:
    """Try it now, or leave it to a job when the book is big."""
    work = work_start(actor=actor, kind=KIND, title=title)
    if is_small(ask):
        with working(work.pk):
            work_finish(work.pk, result=trial_run(actor, ask))
    else:
        defer(KIND, work_id=work.pk, person_id=actor.person_id, ask=asdict(ask))
    work.refresh_from_db()
    return work


@task(name=KIND, retries=0)
def trial_job(*, work_id: int, person_id: int, ask: dict[str, Any]) -> None:
    """A big trial, with the rights its person has by now."""
    actor = policy.actor_of(person_by_id(person_id))
    with working(work_id), translation.override(actor.language):
        work_finish(work_id, result=trial_run(actor, Ask(**ask)))


def trial_run(actor: Actor, ask: Ask) -> dict[str, Any]:
    """The result with the question that it answers."""
    book, plan, against = book_asked(actor, ask)
    return {**trial_of(book, plan, against), "ask": asdict(ask)}


def book_asked(actor: Actor, ask: Ask) -> tuple[LabBook, Plan, Plan | None]:
    """The book of a trial, with the plan that is tried and the one that it is held against."""
    policy.require(actor, "read", PayPeriod._meta.label_lower)
    plan = plan_asked(actor, ask.plan)
    against = plan_asked(actor, ask.against) if ask.against else None
    if any(counts_money(v) for one in (plan, against) if one for v in one.versions):
        plan, against = _apart(plan), None if against is None else _apart(against)
        book = _book(actor, ask, plan, money=True)
    else:
        book = _book(actor, ask, plan)
    if ask.file_id is None:
        book, plan = in_the_house(book, plan)
        if against is not None:
            book, against = in_the_house(book, against)
    return book, plan, against


def definition_asked(actor: Actor, name: str) -> dict[str, Any]:
    """The definition of `version:12` or `preset:flat`."""
    kind, _, key = name.partition(":")
    if kind == "preset":
        return preset(key).plan_dict()
    version = visible_row(actor, PlanVersion, int(key) if key.isdecimal() else 0)
    found: dict[str, Any] = version.definition
    return found


def plan_asked(actor: Actor, name: str) -> Plan:
    """The plan of that name as the engine reads it."""
    plan, _version = version_read(definition_asked(actor, name))
    return plan


def _apart(plan: Plan) -> Plan:
    """The plan in a book that has payments of customers in it."""
    return replace(plan, versions=tuple(map(apart, plan.versions)))


def _book(actor: Actor, ask: Ask, plan: Plan, *, money: bool = False) -> LabBook:
    if ask.file_id is None:
        days = date.fromisoformat(ask.first), date.fromisoformat(ask.last)
        return book_between(actor, *days, money=money)
    with file_open(StoredFile.objects.get(pk=ask.file_id)) as stream:
        return book_of_file(ask.file_name, stream.read(), plan)


def is_small(ask: Ask) -> bool:
    """Whether its book can be worked out while somebody waits."""
    if ask.file_id is not None:
        return StoredFile.objects.get(pk=ask.file_id).size <= AT_ONCE_BYTES
    return PayFact.objects.filter(day__range=(ask.first, ask.last)).count() <= AT_ONCE
