"""What a deal pays me: the same engine with one more fact, before anything is signed.

Shown only to whom it concerns: the person who has credit on the deal. Runs on the plan versions that hold today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tonglu.policy import Actor
from tonglu.toolkit.clock import today

from .core.estimate import estimate
from .core.explaining.sentence import explain
from .core.outlook import Outlook
from .neutral import context_of, fact_read, money_of, payee_of, version_read
from .selectors import facts_before, quotas_of
from .services.earning import Deal, deal_neutral, versions_for


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where the payee stands in a component: the rate of the next unit, and how far the next step is."""

    component: str
    rate: Decimal
    position: Decimal
    next_edge: Decimal | None
    next_rate: Decimal | None
    distance: Decimal | None


@dataclass(frozen=True, kw_only=True)
class DealPay:
    """What a deal would pay one person under one plan, with its reasons in words."""

    plan: str
    version: int
    adds: Decimal
    sentences: tuple[str, ...]
    steps: tuple[Step, ...]
    waits_for_cash: bool


def deal_pay(actor: Actor, deal: Deal) -> list[DealPay]:
    """What the deal pays the actor, a result per plan; empty when it does not concern them."""
    person_id = actor.person_id
    if person_id is None or person_id not in {credit[0] for credit in deal.credits}:
        return []
    found = []
    for version in versions_for(person_id, deal.day):
        plan, engine_version = version_read(version.definition)
        people = {person_id}
        earlier = [fact_read(one) for one in facts_before(version.pk, people)]
        credits = tuple(credit for credit in deal.credits if credit[0] == person_id)
        fact = fact_read(deal_neutral(deal, credits, "deal"))
        around = context_of(engine_version, quotas_of(version, people))
        result = estimate(plan, earlier, [fact], payee_of(person_id), around)
        found.append(
            DealPay(
                plan=str(version.plan),
                version=version.number,
                adds=money_of(result.adds),
                sentences=tuple(explain(row, actor.language) for row in result.rows),
                steps=tuple(_step(one) for one in result.after),
                waits_for_cash=engine_version.release is not None,
            )
        )
    return found


def deal_of_opportunity(actor: Actor, row: Any) -> Deal:
    """An open deal as pay sees it, were it signed on its closing day."""
    from tonglu.sales.selectors import opportunity_credits

    shares = opportunity_credits(row)
    credits = tuple(
        (s.person_id, s.percent * 100, "direct" if s.direct else "overlay") for s in shares
    )
    if not credits and row.owner_id:
        credits = ((row.owner_id, Decimal(100), "direct"),)
    day: date = max(row.close_date or today(actor), today(actor))
    return Deal(
        contract_id=None,
        account_id=row.account_id,
        day=day,
        amount=row.base_amount or Decimal(0),
        cost=None,
        discount=None,
        credits=credits,
    )


def deal_of_document(actor: Actor, row: Any) -> Deal:
    """A quote or contract that is not signed yet, as pay sees it."""
    if row.opportunity is not None:
        credits = deal_of_opportunity(actor, row.opportunity).credits
    else:
        credits = ((row.owner_id, Decimal(100), "direct"),) if row.owner_id else ()
    rate = row.base_amount / row.amount if row.amount else Decimal(1)
    discount = None
    if row.list_amount:
        discount = (row.list_amount - row.net_amount) / row.list_amount
    return Deal(
        contract_id=None,
        account_id=row.account_id,
        day=today(actor),
        amount=(row.net_amount * rate).quantize(Decimal("0.01")),
        cost=None
        if row.cost_amount is None
        else (row.cost_amount * rate).quantize(Decimal("0.01")),
        discount=discount,
        credits=credits,
    )


def _step(outlook: Outlook) -> Step:
    def number(value: Any) -> Decimal | None:
        return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)

    return Step(
        component=outlook.component,
        rate=number(outlook.rate) or Decimal(0),
        position=number(outlook.position) or Decimal(0),
        next_edge=number(outlook.next_edge),
        next_rate=number(outlook.next_rate),
        distance=number(outlook.distance),
    )
