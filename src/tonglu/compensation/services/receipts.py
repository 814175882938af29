"""The customer's money as facts of pay: what each payment of a contract earns under the plan versions it was signed with that count it.

Pay on a payment is due at once. Money that goes back, or turns out to belong elsewhere, is a payment below zero through the same plan, in the
windows in which it had come in, so that it takes back what it had earned; what is taken is limited as always. The shares of a contract are those of its signing day, and so are its version and its rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tonglu.compensation.carrying import versions_hold
from tonglu.compensation.models import PayCredit, PayEvent, PayFact, PlanVersion
from tonglu.compensation.neutral import version_read
from tonglu.compensation.receiving import RECEIPT, RECEIVED, as_receipt, counts_money, net_shares
from tonglu.policy import Actor

from .earning import SOURCE, Deal, earning_book, rows_of
from .heard import MONEY

PAYMENT = "compensation.payevent"
"""The source of facts that are payments: what was heard of the contract."""


@dataclass(frozen=True, kw_only=True)
class Payment:
    """Money of a customer as it was heard: its net share in base currency, and the day whose windows it moves."""

    event: PayEvent
    received: Decimal
    day: date


def receipts_earn(actor: Actor, contract: Any) -> None:
    """Record what the payments of a contract earn, each once: those that came before it was recorded too."""
    signed = PayFact.objects.filter(contract=contract, source_kind=SOURCE)
    facts = [
        one
        for one in signed.select_related("plan_version").order_by("pk")
        if counts_money(version_read(one.plan_version.definition)[1])
    ]
    if not facts or not contract.amount:
        return
    held = versions_hold(one.plan_version_id for one in facts)
    payments = payments_of([contract])[contract.pk]
    booked = PayFact.objects.filter(source_kind=PAYMENT, contract=contract)
    known = set(booked.values_list("source_id", "plan_version_id"))
    for payment in payments:
        for fact in facts:
            version = held[fact.plan_version_id]
            if payment.received and (payment.event.pk, version.pk) not in known:
                receipt_record(actor, version, fact, payment)


def receipt_record(
    actor: Actor, version: PlanVersion, signed: PayFact, payment: Payment
) -> PayFact:
    """Keep one payment under a version, for those who have credit of the contract, and what it earns them."""
    neutral = receipt_neutral(signed.neutral, payment)
    credits = list(signed.credits.all())
    rows = rows_of(version, neutral, {one.person_id for one in credits})
    fact = PayFact.objects.create(
        source_kind=PAYMENT,
        source_id=payment.event.pk,
        plan_version=version,
        contract=signed.contract,
        day=payment.day,
        neutral=neutral,
    )
    for one in credits:
        PayCredit.objects.create(
            fact=fact, person_id=one.person_id, percent=one.percent, role=one.role
        )
    deal = _as_deal(payment)
    for row in rows:
        if row.amount or row.steps or row.before != row.after:
            earning_book(actor, version, fact, deal, row)
    return fact


def receipt_neutral(signed: Mapping[str, Any], payment: Payment) -> dict[str, Any]:
    """A payment as the engine's neutral fact: what its contract's fact says, with its own day and its net share."""
    return as_receipt(signed) | {
        "id": f"receipt:{payment.event.pk}",
        "kind": RECEIPT,
        "date": payment.day.isoformat(),
        RECEIVED: f"{payment.received:f}",
    }


def payments_of(contracts: Iterable[Any]) -> dict[int, list[Payment]]:
    """The customers' money as it was heard, by contract, each with its net share in base currency at the rate of the contract."""
    known = {one.pk: one for one in contracts if one.amount}
    events: dict[int, list[PayEvent]] = {pk: [] for pk in known}
    heard = PayEvent.objects.filter(contract__in=known, type__in=MONEY)
    for event in heard.select_related("contract").order_by("pk"):
        events[event.contract_id].append(event)
    found = {}
    for pk, own in events.items():
        amounts = (one.amount for one in own)
        shares = net_shares(amounts, known[pk].amount, known[pk].base_net_amount)
        found[pk] = list(_dated(zip(own, shares, strict=True)))
    return found


def _dated(heard: Iterable[tuple[PayEvent, Decimal]]) -> Iterator[Payment]:
    """The payments with their days: what goes back has that of the money it takes back, the last that came in first."""
    came: list[tuple[date, Decimal]] = []
    for event, received in heard:
        day = event.day
        if received > 0:
            came.append((day, received))
        elif came:
            day, left = came[-1][0], -received
            while came and left > 0:
                then, amount = came.pop()
                if amount > left:
                    came.append((then, amount - left))
                left -= amount
        yield Payment(event=event, received=received, day=day)


def _as_deal(payment: Payment) -> Deal:
    contract: Any = payment.event.contract
    return Deal(
        contract_id=contract.pk,
        account_id=contract.account_id,
        day=payment.day,
        amount=Decimal(0),
        cost=None,
        discount=None,
        credits=(),
    )
