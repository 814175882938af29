"""Writing the ledger: one movement per cause, two legs per movement, in the open period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from tonglu.compensation.models import (
    Correction,
    Earning,
    LedgerEntry,
    LedgerPosting,
    PayEvent,
    PayPeriod,
)
from tonglu.entities.services import record_create

if TYPE_CHECKING:
    from tonglu.policy import Actor

Account = LedgerPosting.Account
Kind = LedgerEntry.Kind
LEGS: Mapping[str, tuple[str, str]] = {
    Kind.EARNED: (Account.EXPENSE, Account.HELD),
    Kind.RELEASED: (Account.HELD, Account.PAYABLE),
    Kind.PAID: (Account.PAYABLE, Account.CASH),
    Kind.ADJUSTED: (Account.EXPENSE, Account.PAYABLE),
    Kind.TAKEN_BACK: (Account.CLAWBACK, Account.HELD),
    Kind.CORRECTED: (Account.EXPENSE, Account.HELD),
    Kind.CANCELLED: (Account.EXPENSE, Account.HELD),
    Kind.HELD_BACK: (Account.PAYABLE, Account.RETAINED),
    Kind.LET_GO: (Account.RETAINED, Account.PAYABLE),
    Kind.DRAWN: (Account.DRAW, Account.PAYABLE),
    Kind.DRAW_RECOVERED: (Account.PAYABLE, Account.DRAW),
    Kind.FORGIVEN: (Account.EXPENSE, Account.DRAW),
    Kind.GUARANTEED: (Account.EXPENSE, Account.PAYABLE),
    Kind.CARRIED: (Account.PAYABLE, Account.CARRIED),
    Kind.FORFEITED: (Account.PAYABLE, Account.EXPENSE),
    Kind.RECOVERED: (Account.PAYABLE, Account.CLAWBACK),
}
"""The account that rises and the one that falls by the amount, by kind of movement."""
DEBITS = frozenset({Account.EXPENSE, Account.CLAWBACK, Account.DRAW})
"""The accounts whose balance is told as they stand; all others with the opposite sign, as the payee sees them."""


@dataclass(frozen=True, kw_only=True)
class Movement:
    """What moves, for whom, because of what; `key` names the cause and may be used once."""

    key: str
    kind: str
    person: Any
    amount: Decimal
    day: date
    earning: Earning | None = None
    event: PayEvent | None = None
    correction: Correction | None = None
    sentence: str = ""
    sentence_zh: str = ""


def move(actor: Actor, movement: Movement, period: PayPeriod | None = None) -> LedgerEntry | None:
    """Write a movement once: nothing for nothing, and nothing when its key is there already."""
    if movement.amount == 0 or LedgerEntry.objects.filter(key=movement.key).exists():
        return None
    return _written(actor, movement, period)


def tell(actor: Actor, movement: Movement) -> LedgerEntry | None:
    """Write a movement of nothing for its sentence, once: why something that happened moved no pay."""
    if movement.amount or LedgerEntry.objects.filter(key=movement.key).exists():
        return None
    return _written(actor, movement, None)


def _written(actor: Actor, movement: Movement, period: PayPeriod | None) -> LedgerEntry:
    entry: LedgerEntry = record_create(
        actor=actor,
        model=LedgerEntry,
        values={
            "key": movement.key,
            "kind": movement.kind,
            "owner": movement.person,
            "amount": movement.amount,
            "day": movement.day,
            "period": period or period_for(actor, movement.day),
            "earning": movement.earning,
            "event": movement.event,
            "correction": movement.correction,
            "sentence": movement.sentence,
            "sentence_zh": movement.sentence_zh,
        },
        act=None,
    )
    rises, falls = LEGS[movement.kind]
    LedgerPosting.objects.bulk_create(
        [
            _leg(entry, movement, rises, movement.amount),
            _leg(entry, movement, falls, -movement.amount),
        ]
    )
    return entry


def move_earned(
    actor: Actor, earning: Earning, period: PayPeriod | None = None
) -> LedgerEntry | None:
    """Write that an earning was earned, for its own reason."""
    earned = Movement(
        key=f"earned:{earning.pk}",
        kind=Kind.EARNED,
        person=earning.owner,
        amount=earning.amount,
        day=earning.earned_on,
        earning=earning,
        sentence=earning.sentence,
        sentence_zh=earning.sentence_zh,
    )
    return move(actor, earned, period)


def period_for(actor: Actor, day: date) -> PayPeriod:
    """The period of that day's month while it is open; else the earliest open one after it: what comes late, lands later.

    A month without a period that lies before one that was calculated is past as well: nothing is put in front of it.
    """
    first = day.replace(day=1)
    while True:
        found = PayPeriod.objects.filter(first_day=first).first()
        if found is None and not _is_past(first):
            made: PayPeriod = record_create(
                actor=actor, model=PayPeriod, values={"first_day": first}, act=None
            )
            return made
        if found is not None and found.state == PayPeriod.State.OPEN:
            return found
        first = month_after(first)


def _is_past(first: date) -> bool:
    later = PayPeriod.objects.filter(first_day__gt=first)
    return later.exclude(state=PayPeriod.State.OPEN).exists()


def month_after(first: date) -> date:
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def balance(person_id: int, account: str) -> Decimal:
    """A payee's balance on an account, as the payee sees it: held and payable are positive."""
    found = LedgerPosting.objects.filter(person_id=person_id, account=account)
    sum_ = Decimal(found.aggregate(sum=Sum("amount"))["sum"] or 0)
    return sum_ if account in DEBITS else -sum_


def _leg(entry: LedgerEntry, movement: Movement, account: str, amount: Decimal) -> LedgerPosting:
    return LedgerPosting(entry=entry, person=movement.person, account=account, amount=amount)
