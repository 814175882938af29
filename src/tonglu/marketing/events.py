"""What marketing publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tonglu.toolkit.events import Event


@dataclass(frozen=True)
class LeadCreated(Event):
    """A lead came in, through whatever channel."""

    name: ClassVar[str] = "marketing.lead.created"
    lead_id: int
    channel: str


@dataclass(frozen=True)
class LeadAssigned(Event):
    """A lead has a new owner; `reason` is the rule or the person's words."""

    name: ClassVar[str] = "marketing.lead.assigned"
    lead_id: int
    from_id: int | None
    to_id: int
    reason: str


@dataclass(frozen=True)
class LeadDied(Event):
    """A lead was disqualified, with its cause."""

    name: ClassVar[str] = "marketing.lead.died"
    lead_id: int
    cause: str


@dataclass(frozen=True)
class LeadConverted(Event):
    """A lead became an account, a contact and perhaps an opportunity."""

    name: ClassVar[str] = "marketing.lead.converted"
    lead_id: int
    account_id: int
    contact_id: int | None
    opportunity_id: int | None
    campaign_id: int | None
