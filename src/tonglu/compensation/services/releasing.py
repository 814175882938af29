"""What the customer's money releases of what was earned: in parts as it comes, the last part taking the remainder.

The engine is given all events of the contract so far and says what has been released to date; the difference to what the ledger has
released is moved. Money that goes back takes pay back: first what is still payable, then what is held back, and of what was paid out no
more than was paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tonglu.audit.services import context
from tonglu.compensation.core.explaining.figures import money
from tonglu.compensation.core.release import (
    ReleaseResult,
    event_from,
    release,
    schedule_from,
)
from tonglu.compensation.models import Earning, PayEvent
from tonglu.compensation.neutral import money_of, version_read
from tonglu.entities.services import record_update
from tonglu.policy import Actor
from tonglu.toolkit.clock import today

from .ledger import Account, Kind, Movement, balance, move

if TYPE_CHECKING:
    from datetime import date

    from tonglu.finance.events import ContractCollected

ZERO = Decimal(0)


def contract_release(event: ContractCollected) -> None:
    """Record money that came in on a contract (or went back) and release what it releases; idempotent by key."""
    from tonglu.orders.selectors import contract_by_id

    actor, key = Actor.system(), f"allocation:{event.allocation_id}"
    if PayEvent.objects.filter(key=key).exists():
        return
    contract = contract_by_id(actor, event.contract_id)
    with context(actor, verb="compensation.released", reason=contract.number):
        made = PayEvent.objects.create(
            key=key,
            contract=contract,
            type="cash" if event.amount > 0 else "refund",
            amount=event.amount,
            day=event.received_on,
            due_on=_due_on(contract),
        )
        for earning in _earnings(event.contract_id):
            earning_release(actor, earning, contract, made)


def earning_release(actor: Actor, earning: Earning, contract: Any, event: PayEvent) -> None:
    """Move what one event releases of one earning."""
    result = released_by(earning)
    if result is None:
        return
    target = money_of(result.paid)
    delta = target - earning.released_amount
    if delta > 0:
        forfeited = money_of(result.releases[-1].forfeited)
        _release(actor, earning, delta, _came_in(event, contract, delta, forfeited))
    elif delta < 0:
        _take_back(actor, earning, -delta, _went_back(event, contract, -delta))
    if delta:
        record_update(actor=actor, row=earning, values={"released_amount": target}, act=None)


def earning_follow(actor: Actor, earning: Earning) -> None:
    """Release of a new earning on an old contract the share that the customer's money has released before it."""
    result = released_by(earning)
    target = Decimal(earning.amount) if result is None else money_of(result.paid)
    cause = _Cause(
        key="booked",
        day=today(actor),
        english=earning.sentence,
        chinese=earning.sentence_zh,
    )
    if target > 0:
        _release(actor, earning, target, cause)
    elif target < 0:
        _take_back(actor, earning, -target, cause)
    if target:
        record_update(actor=actor, row=earning, values={"released_amount": target}, act=None)


def release_at_once(actor: Actor, earning: Earning) -> None:
    """Release all of an earning whose plan waits for nothing."""
    movement = Movement(
        key=f"released:{earning.pk}:signing",
        kind=Kind.RELEASED,
        person=earning.owner,
        amount=earning.amount,
        day=earning.earned_on,
        earning=earning,
        sentence="Due at signing, as the plan says.",
        sentence_zh="按方案约定，签约即可发放。",
    )
    move(actor, movement)
    record_update(actor=actor, row=earning, values={"released_amount": earning.amount}, act=None)


def released_by(earning: Earning, until: PayEvent | None = None) -> ReleaseResult | None:
    """What the contract's events release of an earning, all of them or those until one; None when the plan waits for nothing."""
    raw = version_read(earning.plan_version.definition)[1].release
    contract = earning.contract
    if raw is None or contract is None or not contract.amount:
        return None
    came = PayEvent.objects.filter(contract=contract).order_by("pk")
    if until is not None:
        came = came.filter(pk__lte=until.pk)
    events = [
        event_from(
            {"id": e.key, "type": e.type, "amount": str(e.amount), "date": e.day, "due": e.due_on}
        )
        for e in came
    ]
    return release(schedule_from(raw), Fraction(earning.amount), Fraction(contract.amount), events)


@dataclass(frozen=True, kw_only=True)
class _Cause:
    """Why pay moves: the key of the movement, its day, the customer's money if it was that, and the sentences."""

    key: str
    day: date
    english: str
    chinese: str
    event: PayEvent | None = None


def _came_in(event: PayEvent, contract: Any, amount: Decimal, forfeited: Decimal) -> _Cause:
    words = _words(event.amount, contract, amount)
    late_en, late_zh = _lateness(event, forfeited)
    return _Cause(
        key=event.key,
        day=event.day,
        event=event,
        english="{cash} of {total} {currency} were collected, which releases {amount}.".format(
            **words
        )
        + late_en,
        chinese="合同总额 {total} {currency} 本次回款 {cash}，相应释放提成 {amount}。".format(
            **words
        )
        + late_zh,
    )


def _lateness(event: PayEvent, forfeited: Decimal) -> tuple[str, str]:
    """What lateness cost, said only where it cost something."""
    if forfeited <= 0 or event.due_on is None:
        return "", ""
    days, lost = (event.day - event.due_on).days, money(Fraction(forfeited))
    return (
        f" It came {days} days late, which forfeits {lost}.",
        f"逾期 {days} 天，按系数不计 {lost}。",
    )


def _went_back(event: PayEvent, contract: Any, amount: Decimal) -> _Cause:
    words = _words(-event.amount, contract, amount)
    return _Cause(
        key=event.key,
        day=event.day,
        event=event,
        english="{cash} of {total} {currency} went back to the customer, which takes {amount} back.".format(
            **words
        ),
        chinese="合同总额 {total} {currency} 中有 {cash} 退回客户，相应收回提成 {amount}。".format(
            **words
        ),
    )


def _release(actor: Actor, earning: Earning, amount: Decimal, cause: _Cause) -> None:
    _move(actor, earning, cause, Kind.RELEASED, f"released:{earning.pk}:{cause.key}", amount)


def _take_back(actor: Actor, earning: Earning, amount: Decimal, cause: _Cause) -> None:
    """First from what is payable, then from what is held back, and as a debt no more than was paid out.

    What is left over, carried by a rule of the plan and not paid yet, makes the payable negative and is set against it when it comes.
    """
    person_id, tail = earning.owner_id or 0, f"{earning.pk}:{cause.key}"
    wanted = amount - max(balance(person_id, Account.PAYABLE), ZERO)
    if (retained := min(wanted, balance(person_id, Account.RETAINED))) > 0:
        _move(actor, earning, cause, Kind.LET_GO, f"let-go:{tail}", retained)
        wanted -= retained
    paid = balance(person_id, Account.CASH) - balance(person_id, Account.CLAWBACK)
    taken = max(min(wanted, paid), ZERO)
    _move(actor, earning, cause, Kind.RELEASED, f"released:{tail}", taken - amount)
    _move(actor, earning, cause, Kind.TAKEN_BACK, f"taken:{tail}", taken)


def _move(
    actor: Actor, earning: Earning, cause: _Cause, kind: str, key: str, amount: Decimal
) -> None:
    movement = Movement(
        key=key,
        kind=kind,
        person=earning.owner,
        amount=amount,
        day=cause.day,
        earning=earning,
        event=cause.event,
        sentence=cause.english,
        sentence_zh=cause.chinese,
    )
    move(actor, movement)


def _due_on(contract: Any) -> date | None:
    """When the money that comes next was due: the instalment that what came before has not filled."""
    came = sum((e.amount for e in PayEvent.objects.filter(contract=contract)), ZERO)
    for instalment in contract.instalments.order_by("due_on", "position", "pk"):
        came -= instalment.amount or ZERO
        if came < 0:
            due_on: date | None = instalment.due_on
            return due_on
    return None


def _words(cash: Decimal, contract: Any, amount: Decimal) -> dict[str, str]:
    return {
        "cash": money(Fraction(cash)),
        "total": money(Fraction(contract.amount)),
        "currency": contract.currency,
        "amount": money(Fraction(amount)),
    }


def _earnings(contract_id: int) -> list[Earning]:
    found = Earning.objects.select_for_update(of=("self",)).select_related("plan_version", "owner")
    return list(found.filter(contract_id=contract_id).order_by("pk"))
