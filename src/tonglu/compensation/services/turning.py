"""The day on which a later version of a plan begins, and what its people have sold by then in windows that are not over.

It is proposed for the first day of the next window, where nobody has sold anything yet. For a day within a running one it is said how many
people have, and what becomes of it: it counts on towards steps and caps, or begins again from nothing, as the version itself says.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import ngettext

from tonglu.compensation.carrying import CARRY
from tonglu.compensation.core.spans import span_of
from tonglu.compensation.models import PayCredit, PlanVersion
from tonglu.compensation.neutral import version_read
from tonglu.policy import Actor
from tonglu.toolkit.clock import today


def issue_proposed(actor: Actor, row: PlanVersion) -> dict[str, Any]:
    """The day a later version is proposed to hold from: the first of the next window of the version before it."""
    before = _before(row)
    if before is None:
        return {}
    span = _running(before, today(actor))
    return {} if span is None else {"effective_from": span[1] + timedelta(days=1)}


def issue_asks(actor: Actor, row: PlanVersion) -> str:
    """What the dialog of issuing says of the people who have sold in a running window."""
    before = _before(row)
    if before is None:
        return ""
    people = _selling(before, today(actor))
    if not people:
        return ""
    counts_on = version_read(row.definition)[0].continuity == CARRY
    return (_counting_on(people) if counts_on else _from_nothing(people)) % {"n": people}


def _counting_on(people: int) -> str:
    return ngettext(
        "%(n)s person has sold in a window that is still running. If it holds from a day within that window, what was sold before "
        "stays as it was paid and counts on towards the steps and caps of this version.",
        "%(n)s people have sold in a window that is still running. If it holds from a day within that window, what they sold before "
        "stays as it was paid and counts on towards the steps and caps of this version.",
        people,
    )


def _from_nothing(people: int) -> str:
    return ngettext(
        "%(n)s person has sold in a window that is still running. If it holds from a day within that window, what was sold before "
        "counts towards no step and no cap of this version: begin it with the next window, unless that is meant.",
        "%(n)s people have sold in a window that is still running. If it holds from a day within that window, what they sold before "
        "counts towards no step and no cap of this version: begin it with the next window, unless that is meant.",
        people,
    )


def _before(row: PlanVersion) -> PlanVersion | None:
    issued = row.plan.versions.filter(state=PlanVersion.State.ISSUED)
    return issued.order_by("-effective_from").first()


def _running(version: PlanVersion, day: date) -> tuple[date, date] | None:
    """The longest window of a version that holds the day; None where something counts without an end."""
    return span_of(version_read(version.definition)[1], day)


def _selling(version: PlanVersion, day: date) -> int:
    """How many people have a credit under a version in the window that holds the day."""
    found = PayCredit.objects.filter(fact__plan_version=version)
    if (span := _running(version, day)) is not None:
        found = found.filter(fact__day__range=span)
    return found.values("person_id").distinct().count()
