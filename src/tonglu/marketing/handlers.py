"""What marketing does when something happened elsewhere: place leads that came in, and keep the last contact.

Customers and collaboration may not know each other; marketing stands above both and carries the word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tonglu.customers import services as customers
from tonglu.kernel.errors import DomainError
from tonglu.policy import Actor

from . import services
from .models import Lead

if TYPE_CHECKING:
    from tonglu.collaboration.events import FollowUpLogged

    from .events import LeadCreated


def lead_created(event: LeadCreated) -> None:
    """Assign a lead that came in by itself and that the rules could not place before its save."""
    row = Lead.objects.filter(pk=event.lead_id, deleted_at=None).first()
    if row is None or not row.is_open or row.assigned_at or event.channel == Lead.Channel.MANUAL:
        return
    try:
        services.lead_assign_by_rules(actor=Actor.system(), row=row)
    except DomainError:
        return


def followup_logged(event: FollowUpLogged) -> None:
    """Keep the last and next contact of lead, account and contact."""
    actor = Actor.system()
    if event.target_kind == "marketing.lead" and event.target_id is not None:
        services.lead_touched(
            actor=actor, lead_id=event.target_id, at=event.at, next_on=event.next_contact_on
        )
    if event.account_id is not None:
        customers.account_touched(
            actor=actor, account_id=event.account_id, at=event.at, next_on=event.next_contact_on
        )
    if event.contact_id is not None:
        customers.contact_touched(actor=actor, contact_id=event.contact_id, at=event.at)
