"""The engine's table of contents: everything other code may call, in one place.

plan = plan_from_dict(saved)                      # a plan and its versions
result = evaluate(plan, facts, context, as_of)    # payouts and their trace
sentence = explain(result.trace[0], "zh-hans")    # why
told = estimate(plan, facts, [deal], "Ana")       # what would this deal pay me
paid = release(schedule, earned, total, events)   # as the customer pays
"""

from __future__ import annotations

from .accounting import Accrual, Contract, Cost, accrue
from .clawback import Clawback, clawback_amount, clawback_from, clawback_layers
from .context import Adjustment, Context, LockedRates, context_from
from .estimate import Estimate, estimate
from .evaluate import evaluate, version_for, versions_chosen
from .explaining.sentence import explain
from .facts import Credit, Fact, fact_from, facts_current, facts_from, split_problems
from .faults import PayFault
from .hierarchy import Hierarchy, HierarchyVersion, hierarchy_from
from .incremental import affected_payees, facts_for, recompute
from .model.component import Component
from .model.plan import Plan, PlanVersion, plan_from_dict, version_from_dict
from .model.writing import content_hash, plan_to_dict, version_to_dict
from .numbers import exact, number_text
from .outlook import Outlook, outlooks
from .payment.pay import pay_in_turn, pay_periods
from .payment.rule import Earning, PaymentRule, PeriodPay, rule_from
from .presets.catalogue import PRESETS, preset
from .presets.preset import Preset
from .problems import Problem
from .proration import days_present, prorated
from .release import (
    Release,
    ReleaseEvent,
    ReleaseResult,
    Schedule,
    event_from,
    release,
    schedule_from,
)
from .result import Payout, Result
from .retro import Revision, forward_deltas
from .rounding import Rounding, allocate
from .storing import row_from_dict, row_to_dict
from .trace import Row, Slice, Step
from .validation.check import may_issue, plan_problems

__all__ = [
    "PRESETS",
    "Accrual",
    "Adjustment",
    "Clawback",
    "Component",
    "Context",
    "Contract",
    "Cost",
    "Credit",
    "Earning",
    "Estimate",
    "Fact",
    "Hierarchy",
    "HierarchyVersion",
    "LockedRates",
    "Outlook",
    "PayFault",
    "PaymentRule",
    "Payout",
    "PeriodPay",
    "Plan",
    "PlanVersion",
    "Preset",
    "Problem",
    "Release",
    "ReleaseEvent",
    "ReleaseResult",
    "Result",
    "Revision",
    "Rounding",
    "Row",
    "Schedule",
    "Slice",
    "Step",
    "accrue",
    "affected_payees",
    "allocate",
    "clawback_amount",
    "clawback_from",
    "clawback_layers",
    "content_hash",
    "context_from",
    "days_present",
    "estimate",
    "evaluate",
    "event_from",
    "exact",
    "explain",
    "fact_from",
    "facts_current",
    "facts_for",
    "facts_from",
    "forward_deltas",
    "hierarchy_from",
    "may_issue",
    "number_text",
    "outlooks",
    "pay_in_turn",
    "pay_periods",
    "plan_from_dict",
    "plan_problems",
    "plan_to_dict",
    "preset",
    "prorated",
    "recompute",
    "release",
    "row_from_dict",
    "row_to_dict",
    "rule_from",
    "schedule_from",
    "split_problems",
    "version_for",
    "version_from_dict",
    "version_to_dict",
    "versions_chosen",
]
