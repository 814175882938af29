"""What sales tells the other modules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from tonglu.toolkit.events import Event


@dataclass(frozen=True, kw_only=True)
class _OpportunityEvent(Event):
    opportunity_id: int
    account_id: int
    owner_id: int | None
    pipeline_id: int
    stage_id: int
    amount: Decimal
    currency: str
    base_amount: Decimal


@dataclass(frozen=True, kw_only=True)
class OpportunityOpened(_OpportunityEvent):
    """A deal exists."""

    name: ClassVar[str] = "sales.opportunity.opened"
    lead_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class OpportunityMoved(_OpportunityEvent):
    """A deal went from one stage to another; `skipped` names the stages it passed over."""

    name: ClassVar[str] = "sales.opportunity.moved"
    from_stage_id: int
    skipped: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class OpportunityWon(_OpportunityEvent):
    """A deal was won."""

    name: ClassVar[str] = "sales.opportunity.won"
    reason_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class OpportunityLost(_OpportunityEvent):
    """A deal was lost."""

    name: ClassVar[str] = "sales.opportunity.lost"
    reason_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class OpportunityReopened(_OpportunityEvent):
    """A closed deal is open again."""

    name: ClassVar[str] = "sales.opportunity.reopened"
    reason: str = ""
