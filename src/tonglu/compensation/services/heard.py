"""What was heard of a contract, and of those that took its place: deliveries, invoices, money, its end.

An amendment pays on what it adds to the contract before it, or takes from it. So each edition owns the stretch between its amount and that of the
one before, and what the customer does on any of them fills these stretches from the bottom: money beyond what was first agreed is money
of what was added. Of a smaller contract the stretch is what it took away; money in it pays the first contract and costs the later one as much.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet, Sum

from tonglu.compensation.core.release import ReleaseEvent, event_from
from tonglu.compensation.core.returns import UNCOLLECTED
from tonglu.compensation.models import PayEvent

ZERO = Decimal(0)
MONEY = ("cash", "refund", "bounce")
"""The events that are the customer's money."""
_FILLING = {**dict.fromkeys(MONEY, "money"), "invoice": "paper", "credit_note": "paper"}
_FILLING["delivery"] = "goods"
"""What adds up with what, towards the amount of a contract."""


def event_record(key: str, contract: Any, type: str, amount: Decimal, day: date) -> PayEvent | None:
    """Keep what happened on a contract, and hold it with its other editions meanwhile; nothing when it was heard before."""
    from tonglu.orders.selectors import contract_hold

    editions = editions_of(contract)
    for one in editions:
        contract_hold(one.pk)
    if PayEvent.objects.filter(key=key).exists():
        return None
    made: PayEvent = PayEvent.objects.create(
        key=key,
        contract=contract,
        type=type,
        amount=amount,
        day=day,
        due_on=_due_on(contract, type),
    )
    return made


def editions_of(contract: Any) -> list[Any]:
    """The contract with those it amends and those that amend it, as far as they are signed; the first one first."""
    found = [contract]
    while found[0].amends_id is not None:
        found.insert(0, found[0].amends)
    while found[-1].state == found[-1].State.AMENDED:
        found.append(found[-1].amended_by)
    return found


def worth_of(contract: Any) -> Fraction:
    """How long the stretch of an edition is: its amount, or what an amendment adds or takes away."""
    return Fraction(_stretch(contract)[1])


def events_of(
    contract: Any, until: PayEvent | None = None, *, last: PayEvent | None = None
) -> list[ReleaseEvent]:
    """What happened on a contract and its other editions, as far as it concerns its own stretch, as the engine reads it.

    All of it or what was heard until one event; with `last`, that one comes last whatever was heard at the same time.
    """
    editions = editions_of(contract)
    came = events_on(editions).order_by("pk")
    if until is not None:
        came = came.filter(pk__lte=until.pk)
    heard = [one for one in came if last is None or one.pk != last.pk]
    heard += [] if last is None else [last]
    if len(editions) == 1:
        return [_event(one, one.amount) for one in heard]
    return [_event(one, amount) for one, amount in _own_part(contract, heard)]


def events_on(editions: Iterable[Any]) -> QuerySet[PayEvent]:
    """Everything that was heard of some contracts."""
    return PayEvent.objects.filter(contract__in=[one.pk for one in editions])


def money_on(contract: Any) -> Decimal:
    """What the customer has paid on a contract and its other editions, VAT included."""
    paid = events_on(editions_of(contract)).filter(type__in=MONEY)
    return Decimal(paid.aggregate(sum=Sum("amount"))["sum"] or 0)


def last_due(contract: Any) -> date | None:
    """When the last of the customer's money is due: by the payment plan, or else at signing."""
    days = [one.due_on for one in contract.instalments.all() if one.due_on is not None]
    found: date | None = max(days, default=contract.signed_on)
    return found


def _stretch(contract: Any) -> tuple[Decimal, Decimal]:
    """Where the stretch of an edition begins, and how long it is; one that changes no amount stands for all of it."""
    before = contract.amends.amount if contract.amends_id is not None else ZERO
    low, high = sorted((before, contract.amount))
    return (low, high - low) if low != high else (ZERO, contract.amount)


def _own_part(contract: Any, heard: Iterable[PayEvent]) -> list[tuple[PayEvent, Decimal]]:
    """The events that move the stretch of an edition, each with what of its amount lies in it."""
    low, length = _stretch(contract)
    reached: dict[str, Decimal] = {}
    found = []
    for one in heard:
        of = _FILLING.get(one.type)
        if of is None:
            inside = min(max(reached.get("money", ZERO) - low, ZERO), length)
            found.append((one, length - inside if one.type == UNCOLLECTED else one.amount))
            continue
        before = reached.get(of, ZERO)
        reached[of] = before + one.amount
        own = [min(max(amount - low, ZERO), length) for amount in (before, reached[of])]
        if own[0] != own[1]:
            found.append((one, own[1] - own[0]))
    return found


def _event(one: PayEvent, amount: Decimal) -> ReleaseEvent:
    raw = {"id": one.key, "type": one.type, "amount": str(amount), "date": one.day}
    return event_from({**raw, "due": one.due_on})


def _due_on(contract: Any, type: str) -> date | None:
    """When the money that comes next was due: the instalment that what came before has not filled; for money that does not come, the last."""
    if type not in MONEY:
        return last_due(contract) if type == UNCOLLECTED else None
    came = money_on(contract)
    for instalment in contract.instalments.order_by("due_on", "position", "pk"):
        came -= instalment.amount or ZERO
        if came < 0:
            due_on: date | None = instalment.due_on
            return due_on
    return None
