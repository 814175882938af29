"""Meetings that were held, as facts of pay: for whoever arranged them, under the plans that pay for meetings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.timezone import localtime

from tonglu.audit.services import context
from tonglu.compensation.carrying import versions_hold
from tonglu.compensation.core.selection import matches
from tonglu.compensation.models import PayCredit, PayFact, PlanVersion
from tonglu.compensation.neutral import fact_read, version_written
from tonglu.policy import Actor
from tonglu.toolkit.clock import now

from .earning import Deal, deal_neutral, earning_book, rows_of, versions_for
from .releasing import MEETING

if TYPE_CHECKING:
    from tonglu.collaboration.events import FollowUpLogged

HELD = "meeting"
SOURCER = "sourcer"
WHOLE = Decimal(100)


def meeting_earn(event: FollowUpLogged) -> None:
    """Record a meeting that was held with a customer and what it earns whoever arranged it; heard once."""
    is_held = event.kind == HELD and event.at <= now() and event.target_id is not None
    if not is_held or event.sourced_by_id is None:
        return
    meeting = Deal(
        contract_id=None,
        account_id=event.account_id,
        day=localtime(event.at).date(),
        amount=Decimal(0),
        cost=None,
        discount=None,
        credits=((event.sourced_by_id, WHOLE, SOURCER),),
    )
    actor = Actor.system()
    with context(actor, verb="compensation.earned", reason=event.subject):
        versions = versions_for(event.sourced_by_id, meeting.day)
        for held in versions_hold(one.pk for one in versions).values():
            meeting_record(actor, held, meeting, event.followup_id, event.subject)


def meeting_record(
    actor: Actor, version: PlanVersion, meeting: Deal, followup_id: int, subject: str
) -> PayFact | None:
    """Keep a meeting under a version that pays for meetings, and what it earns."""
    known = deal_neutral(meeting, meeting.credits, f"meeting:{followup_id}")
    neutral = {**known, "kind": HELD}
    key = {"source_kind": MEETING, "source_id": followup_id, "plan_version": version}
    if not _pays_for(version, neutral) or PayFact.objects.filter(**key).exists():
        return None
    people = {one[0] for one in meeting.credits}
    rows = rows_of(version, neutral, people)
    fact = PayFact.objects.create(
        **key, day=meeting.day, neutral={**neutral, "title": subject or f"{meeting.day}"}
    )
    for person_id, percent, role in meeting.credits:
        PayCredit.objects.create(fact=fact, person_id=person_id, percent=percent, role=role)
    for row in rows:
        if row.amount or row.steps or row.before != row.after:
            earning_book(actor, version, fact, meeting, row)
    return fact


def _pays_for(version: PlanVersion, neutral: dict[str, object]) -> bool:
    """Whether a component of the version asks for meetings, by its filter and its role."""
    values = fact_read(dict(neutral)).values
    return any(
        SOURCER in one.roles and bool(one.filter) and matches(one.filter, values)
        for one in version_written(version.definition).components
    )
