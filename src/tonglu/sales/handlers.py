"""What sales does when other modules tell something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tonglu.policy import Actor

from . import services

if TYPE_CHECKING:
    from tonglu.customers.events import ContactLeft


def contact_left(event: ContactLeft) -> None:
    """A contact left their company: flag the open deals they play a part in."""
    services.opportunities_flag_contact(actor=Actor.system("job"), contact_id=event.contact_id)
