"""The tables of pay, one file per subject."""

from .corrections import Correction
from .earnings import Earning, PayCredit, PayEvent, PayFact
from .ledger import LedgerEntry, LedgerPosting
from .periods import Dispute, PayPeriod, PeriodEvent, PlanPayment, Statement
from .plans import PayPlan, PlanMember, PlanVersion
from .windows import PayWindow

__all__ = [
    "Correction",
    "Dispute",
    "Earning",
    "LedgerEntry",
    "LedgerPosting",
    "PayCredit",
    "PayEvent",
    "PayFact",
    "PayPeriod",
    "PayPlan",
    "PayWindow",
    "PeriodEvent",
    "PlanMember",
    "PlanPayment",
    "PlanVersion",
    "Statement",
]
