"""Members of campaigns: a segment invited as a whole, and who answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tonglu import policy
from tonglu.audit.services import context
from tonglu.entities.services import record_update
from tonglu.kernel.errors import Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now

from .models import Campaign, CampaignMember, Segment
from .selectors import segment_members

if TYPE_CHECKING:
    from tonglu.policy import Actor

CAMPAIGN = "marketing.campaign"
MEMBER_FIELDS = {"marketing.lead": "lead", "customers.contact": "contact"}


def campaign_add_segment(*, actor: Actor, row: Campaign, segment: Segment) -> int:
    """Make everyone who is in the segment today a member; gives how many were new."""
    policy.require(actor, "update", CAMPAIGN, row)
    column = MEMBER_FIELDS.get(segment.of)
    if column is None:
        raise Invalid({"segment": [N_("Only leads and contacts can be members of a campaign.")]})
    known = row.members.filter(**{f"{column}__isnull": False}).values(f"{column}_id")
    ids = segment_members(actor, segment).exclude(pk__in=known).values_list("pk", flat=True)
    with context(actor, verb=f"{CAMPAIGN}.segment_added"):
        made = [_member(actor, row, column, pk) for pk in ids]
        CampaignMember.objects.bulk_create(made, batch_size=1000)
    return len(made)


def campaign_move(*, actor: Actor, row: Campaign, to: str) -> Campaign:
    """Move a campaign to another column of the board."""
    if to not in Campaign.State.values:
        raise Invalid({"to": [N_("There is no such state.")]})
    moved: Campaign = record_update(
        actor=actor, row=row, values={"state": to}, verb=f"{CAMPAIGN}.moved"
    )
    return moved


def member_answered(*, actor: Actor, member: CampaignMember, state: str) -> CampaignMember:
    """Note how a member answered."""
    policy.require(actor, "update", CAMPAIGN, member.campaign)
    if state not in CampaignMember.State.values:
        raise Invalid({"state": [N_("There is no such answer.")]})
    with context(actor, verb=f"{CAMPAIGN}.answered"):
        member.state, member.answered_at = state, now()
        member.save(update_fields=["state", "answered_at", "updated_at"])
    return member


def _member(actor: Actor, row: Campaign, column: str, pk: Any) -> CampaignMember:
    return CampaignMember(campaign=row, created_by_id=actor.person_id, **{f"{column}_id": pk})
