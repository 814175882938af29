"""What must hold before a row of marketing is saved, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.customers.keys import company_key, phone_key
from tonglu.entities.events import RecordAssigned
from tonglu.entities.handing import in_bulk, owner_told
from tonglu.kernel.errors import Invalid
from tonglu.toolkit.clock import now
from tonglu.toolkit.events import publish

from .assigning import Placement, lead_counted, placement_find
from .core.life import step_check
from .events import LeadAssigned, LeadCreated
from .matching import LEAD, condition_check
from .models import AssignmentRule, Campaign, Lead, ScoreRule, Segment
from .scoring import lead_score

if TYPE_CHECKING:
    from tonglu.policy import Actor

CHANNELS = {"import": Lead.Channel.FILE, "api": Lead.Channel.API}


def lead_prepare(actor: Actor, row: Lead, before: Lead | None) -> None:
    """Tidy, keep class and status in step, count the points, and give a lead that came in by itself to its owner."""
    _tidy(row)
    if before is None and row.channel == Lead.Channel.MANUAL:
        row.channel = CHANNELS.get(actor.door, row.channel)
    _life(row, before)
    lead_score(row)
    if before is None and row.channel != Lead.Channel.MANUAL and row.is_open:
        _place(actor, row)
    if before is None:
        lead_counted(row)


def lead_after(actor: Actor, row: Lead, before: Lead | None) -> None:
    """Tell of a new lead, and of a new owner; what a bulk act gives is told once for all."""
    if before is None:
        publish(LeadCreated(lead_id=row.pk, channel=row.channel))
    if in_bulk():
        if before is None and row.is_open and row.owner_id not in (None, actor.person_id):
            owner_told(
                RecordAssigned(kind=LEAD, row_id=row.pk, to_id=row.owner_id, by_id=actor.person_id)
            )
        return
    owner = before.owner_id if before is not None else None
    if row.owner_id is not None and row.owner_id != owner and row.assigned_at is not None:
        publish(
            LeadAssigned(
                lead_id=row.pk, from_id=owner, to_id=row.owner_id, reason=row.assignment_reason
            )
        )


def campaign_prepare(_actor: Actor, row: Campaign, _before: Campaign | None) -> None:
    """Names are kept without blanks around them."""
    row.name = " ".join(row.name.split())


def segment_prepare(_actor: Actor, row: Segment, _before: Segment | None) -> None:
    """A segment's condition must be readable over the fields of its members."""
    condition_check(row.of, row.condition)


def assignment_rule_prepare(
    _actor: Actor, row: AssignmentRule, _before: AssignmentRule | None
) -> None:
    """A rule's condition must be readable, and its target named."""
    condition_check(LEAD, row.condition)
    by_person = row.method == AssignmentRule.Method.PERSON
    if by_person and row.person is None:
        raise Invalid({"person": [_("Say which person gets the leads.")]})
    if not by_person and row.team is None:
        raise Invalid({"team": [_("Say in which department people take turns.")]})


def score_rule_prepare(_actor: Actor, row: ScoreRule, _before: ScoreRule | None) -> None:
    """A rule's condition must be readable."""
    condition_check(LEAD, row.condition)


def lead_place(row: Lead, placement: Placement) -> None:
    """Put the owner on the lead, with the reason."""
    row.owner = placement.person
    row.department = placement.person.department
    row.assigned_at = now()
    row.assignment_reason = placement.reason


def _tidy(row: Lead) -> None:
    row.company = " ".join(row.company.split())
    row.name = " ".join(row.name.split()) or row.company
    if not row.name:
        raise Invalid({"name": [_("A lead needs the name of a person or of a company.")]})
    row.email = row.email.strip().lower()
    row.company_key = company_key(row.company)[:200] if row.company else ""
    row.mobile_key = phone_key(row.mobile)
    row.phone_key = phone_key(row.phone)


def _life(row: Lead, before: Lead | None) -> None:
    """Class and status tell one story: dead in one is dead in both, and death has a cause."""
    was_dead = before is not None and before.lead_class == Lead.Class.DEAD
    if was_dead:
        _rise(row)
    elif Lead.Class.DEAD in {row.lead_class, row.status}:
        row.lead_class, row.status = Lead.Class.DEAD, Lead.Status.DEAD
    if before is not None and before.status != row.status:
        step_check(before.status, row.status)
    if row.lead_class == Lead.Class.DEAD:
        if not row.dead_cause:
            raise Invalid({"dead_cause": [_("Say what the lead died of.")]})
        row.dead_at = row.dead_at or now()
    else:
        row.dead_cause, row.dead_note, row.dead_at = "", "", None
    _converted(row, before)


def _rise(row: Lead) -> None:
    """A dead lead that is dead in only one of the two any more is alive in both."""
    if row.lead_class != Lead.Class.DEAD and row.status == Lead.Status.DEAD:
        row.status = Lead.Status.NEW
    elif row.lead_class == Lead.Class.DEAD and row.status != Lead.Status.DEAD:
        row.lead_class = Lead.Class.LIVE


def _converted(row: Lead, before: Lead | None) -> None:
    if row.status != Lead.Status.CONVERTED or row.converted_at is not None:
        return
    if before is not None:
        raise Invalid({"status": [_("Use Convert, which makes the account and contact.")]})
    row.converted_at = now()


def _place(actor: Actor, row: Lead) -> None:
    """Follow the rules at once where the actor may see the result; otherwise a job does it after the save.

    Whoever a file or a program names as the owner keeps the lead.
    """
    if _names_owner(actor, row):
        row.assigned_at = row.assigned_at or now()
        row.assignment_reason = row.assignment_reason or _whose(actor)
        return
    placement = placement_find(row)
    if placement is None:
        return
    former = (row.owner, row.department)
    lead_place(row, placement)
    if not policy.may(actor, "read", LEAD, row):
        row.owner, row.department = former
        row.assigned_at, row.assignment_reason = None, ""


def _whose(actor: Actor) -> str:
    """Who assigned it; a program that no person runs is nobody's reason."""
    return "" if actor.is_system else actor.name


def _names_owner(actor: Actor, row: Lead) -> bool:
    """Whether somebody chose the owner; a form that still proposes its writer chooses nobody."""
    if row.owner_id is None or row.owner_is_default:
        return False
    return actor.door != "page" or row.owner_id != actor.person_id
