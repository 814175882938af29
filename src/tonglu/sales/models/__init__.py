"""The tables of selling."""

from .opportunities import (
    BuyingRole,
    CreditSplit,
    Opportunity,
    OpportunityCompetitor,
    OpportunityLine,
)
from .pipelines import Competitor, Pipeline, Stage, WinLossReason
from .plans import SalesTarget
from .totals import DealTotal, StrayDeal
from .trail import StageMove

__all__ = [
    "BuyingRole",
    "Competitor",
    "CreditSplit",
    "DealTotal",
    "Opportunity",
    "OpportunityCompetitor",
    "OpportunityLine",
    "Pipeline",
    "SalesTarget",
    "Stage",
    "StageMove",
    "StrayDeal",
    "WinLossReason",
]
