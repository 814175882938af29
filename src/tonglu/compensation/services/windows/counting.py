"""What a window counts: its facts, and how much of each the customer has kept.

What was undone before the window was worked out does not count. What is undone afterwards is for the plan's clawback to say, as for pay of
a single contract: a plan that waits for the customer's money gives back what is no longer due, and one with neither keeps what was worked
out. So nothing is taken that the plan does not name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet, Sum

from tonglu.collaboration.selectors import goals_reached
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import EVERYBODY, Pool
from tonglu.compensation.core.numbers import ONE, ZERO, number_text
from tonglu.compensation.core.release import ReleaseEvent
from tonglu.compensation.core.returns import CANCELLED, EXACT, Deal, Stood, due, follow, gone
from tonglu.compensation.core.shared import Span, metrics_in
from tonglu.compensation.models import Earning, LedgerEntry, PayFact, PayWindow
from tonglu.compensation.models.earnings import NO_SALES
from tonglu.compensation.neutral import payee_of
from tonglu.compensation.receiving import RECEIVED, reads_money
from tonglu.compensation.services.heard import events_of, worth_of
from tonglu.compensation.services.receipts import PAYMENT
from tonglu.compensation.services.releasing import Terms, terms_of

from .chains import Chain, sales_of

HUNDRED = Fraction(100)
UNDONE = frozenset({"refund", "chargeback", "credit_note", CANCELLED})
OF_PAY = (LedgerEntry.Kind.EARNED, LedgerEntry.Kind.CORRECTED, LedgerEntry.Kind.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A fact of a window: the share of it that counts, and the share that the customer has undone."""

    fact: PayFact
    kept: Fraction
    undone: Fraction

    @property
    def share(self) -> list[str]:
        """Both shares as they are stored."""
        return [number_text(self.kept), number_text(self.undone)]


@dataclass(frozen=True, kw_only=True)
class Count:
    """All that a window is worked out from."""

    facts: Sequence[Counted]
    metrics: Mapping[str, Mapping[str, str]]
    fund: Decimal | None

    def seen(self) -> dict[str, Any]:
        """The same as it is stored: the facts by the last of them, and those of which something was undone."""
        return {
            "facts": len(self.facts),
            "last": max((one.fact.pk for one in self.facts), default=0),
            "undone": {str(one.fact.pk): one.share for one in self.facts if one.undone},
            "metrics": {who: dict(own) for who, own in self.metrics.items()},
            "fund": None if self.fund is None else str(self.fund),
        }


def count_of(chain: Chain, before: PayWindow | None) -> Count:
    """What a window counts now; `before` is how it was worked out last."""
    return Count(
        facts=[_counted(one, chain, before) for one in _facts(chain)],
        metrics=metrics_of(chain),
        fund=_fund(chain),
    )


def metrics_of(chain: Chain) -> dict[str, dict[str, str]]:
    """The attainment of goals that the component looks up by name, by payee; a department's stand under everybody."""
    return metrics_between(metrics_in(chain.component), chain.span)


def metrics_between(names: Iterable[str], span: Span) -> dict[str, dict[str, str]]:
    """The same by the names of goals, for those that end in a window."""
    found: dict[str, dict[str, str]] = {}
    for name in sorted(names):
        for owner, attained in goals_reached(name, span.first, span.last).items():
            payee = EVERYBODY if owner is None else payee_of(owner)
            found.setdefault(payee, {})[name] = number_text(attained)
    return found


def share_due(chain: Chain, count: Count) -> Fraction:
    """The share of what a window counts that customers have made due; all of it where the plan waits for nothing."""
    terms = terms_of(chain.version)
    if terms.schedule is None or not chain.follows_sales:
        return ONE
    whole = due_ = ZERO
    for one in count.facts:
        worth = abs(_worth(one, chain.component))
        whole += worth
        due_ += worth * _due_of(one.fact, terms)
    return due_ / whole if whole else ONE


def _facts(chain: Chain) -> QuerySet[PayFact]:
    span = chain.span
    if chain.follows_sales:
        found = sales_of(chain.version, span)
    else:
        of_plan = PayFact.objects.filter(plan_version__plan_id=chain.version.plan_id)
        found = of_plan.filter(day__range=(span.first, span.last)).exclude(source_kind__in=NO_SALES)
    money = {"source_kind": PAYMENT}
    found = found.filter(**money) if reads_money(chain.component) else found.exclude(**money)
    return found.select_related("contract").order_by("pk")


def _counted(fact: PayFact, chain: Chain, before: PayWindow | None) -> Counted:
    contract: Any = fact.contract
    follows = contract is not None and contract.amount and fact.source_kind != PAYMENT
    events = events_of(contract) if follows else []
    undone = _undone(events, contract)
    if before is None or fact.pk > int(before.seen["last"]):
        return Counted(fact=fact, kept=ONE - undone, undone=undone)
    kept, known = _known(fact, before)
    if undone != known:
        kept = min(kept, _kept(fact, terms_of(chain.version), events, ONE - undone, kept))
    return Counted(fact=fact, kept=kept, undone=undone)


def _known(fact: PayFact, before: PayWindow) -> tuple[Fraction, Fraction]:
    kept, undone = before.seen["undone"].get(str(fact.pk), ("1", "0"))
    return Fraction(kept), Fraction(undone)


def _undone(events: Sequence[ReleaseEvent], contract: Any) -> Fraction:
    if any(one.type == CANCELLED for one in events):
        return ONE
    return gone(events, worth_of(contract)) if events else ZERO


def _kept(
    fact: PayFact,
    terms: Terms,
    events: Sequence[ReleaseEvent],
    left: Fraction,
    stood: Fraction,
) -> Fraction:
    """What of a fact still counts, after something of it was undone that had counted."""
    if terms.policy is None:
        return left if terms.schedule is not None else stood
    contract: Any = fact.contract
    worth = worth_of(contract)
    deal = Deal(total=worth, signed=contract.signed_on or fact.day, credit=worth)
    released, cancelled = worth, ZERO
    for at, event in enumerate(events, start=1):
        if event.type in UNDONE:
            before = Stood(earned=worth, released=released, cancelled=cancelled)
            after = follow(None, terms.policy, before, deal, events[:at], EXACT)
            released, cancelled = after.released, after.cancelled
    return released / worth


def _due_of(fact: PayFact, terms: Terms) -> Fraction:
    contract: Any = fact.contract
    if contract is None or not contract.amount or fact.source_kind == PAYMENT:
        return ONE
    worth = worth_of(contract)
    return due(terms.schedule, None, worth, worth, events_of(contract), EXACT) / worth


def _worth(one: Counted, component: Component) -> Fraction:
    counted = RECEIVED if reads_money(component) else "amount"
    return Fraction(str(one.fact.neutral.get(counted, 0))) * one.kept * team_share(one, component)


def team_share(one: Counted, component: Component) -> Fraction:
    """The share of a fact that is credited to people of this plan, in the roles that the component counts."""
    shares = (
        Fraction(str(credit.get("pct", 100)))
        for credit in one.fact.neutral.get("credits", ())
        if credit.get("role", "direct") in component.roles
    )
    return min(sum(shares, ZERO) / HUNDRED, ONE)


def _fund(chain: Chain) -> Decimal | None:
    """What a component was booked to pay in the window, for a pool that is a share of it."""
    rule = chain.component.rule
    if not isinstance(rule, Pool) or rule.of is None:
        return None
    earned = Earning.objects.filter(
        plan_version=chain.version,
        component=rule.of,
        earned_on__range=(chain.span.first, chain.span.last),
    )
    booked = LedgerEntry.objects.filter(earning__in=earned, kind__in=OF_PAY)
    return Decimal(booked.aggregate(sum=Sum("amount"))["sum"] or 0)
