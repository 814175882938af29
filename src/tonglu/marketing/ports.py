"""What marketing asks of modules above it, through callables they register at start-up.

Sales opens opportunities; marketing may not import it. `sales/apps.py` calls `opportunity_opener_register(opportunity_open)`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tonglu.customers.models import Account, Contact
    from tonglu.policy import Actor

    from .models import Lead


class OpportunityOpener(Protocol):
    """Opens an opportunity for a converted lead and gives the new row."""

    def __call__(
        self,
        *,
        actor: Actor,
        lead: Lead,
        account: Account,
        contact: Contact | None,
        name: str,
        amount: Decimal | None,
    ) -> Any: ...


_opener: list[OpportunityOpener] = []


def opportunity_opener_register(opener: OpportunityOpener) -> None:
    """Say who opens opportunities; the last one to register does."""
    _opener[:] = [opener]


def opportunity_opener() -> OpportunityOpener | None:
    """Who opens opportunities; None when the sales module is off."""
    return _opener[0] if _opener else None
