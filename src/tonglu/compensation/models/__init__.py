"""The tables of pay, one file per subject."""

from .earnings import Earning, PayCredit, PayEvent, PayFact
from .ledger import LedgerEntry, LedgerPosting
from .periods import Dispute, PayPeriod, Statement
from .plans import PayPlan, PlanMember, PlanVersion

__all__ = [
    "Dispute",
    "Earning",
    "LedgerEntry",
    "LedgerPosting",
    "PayCredit",
    "PayEvent",
    "PayFact",
    "PayPeriod",
    "PayPlan",
    "PlanMember",
    "PlanVersion",
    "Statement",
]
