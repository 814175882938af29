"""What the customer's money releases of what was earned, and what comes back of it.

The engine is given all events of the contract so far and says what is due to date, and what the plan's clawback takes of it when that
falls (`core/returns.py`); the difference to what the ledger has released is moved. What comes back is taken first from what is still
payable, then from what is held back, and of what was paid out no more than was paid. Every event has a key and is heard once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from tonglu.audit.services import context
from tonglu.compensation.core.clawback import Clawback, clawback_from
from tonglu.compensation.core.explaining.returning import (
    Told,
    Words,
    came_in,
    cancelled_words,
    left_words,
    signed_words,
    went_back,
)
from tonglu.compensation.core.release import (
    ReleaseResult,
    Schedule,
    release,
    schedule_from,
)
from tonglu.compensation.core.returns import (
    SETTLED,
    SIGNED,
    Deal,
    Followed,
    Stood,
    due,
    follow,
    left_alone,
)
from tonglu.compensation.models import Earning, LedgerEntry, PayEvent, PayPeriod, PlanVersion
from tonglu.compensation.neutral import money_of, version_read
from tonglu.compensation.receiving import RECEIPT
from tonglu.entities.services import record_update
from tonglu.policy import Actor
from tonglu.toolkit.clock import today

from .heard import editions_of, events_of, worth_of
from .ledger import Account, Kind, Movement, balance, move, tell
from .volumes import credit_of, volume_before

if TYPE_CHECKING:
    from datetime import date

ZERO = Decimal(0)
OFFSET = "offset"
MEETING = "collaboration.followup"
"""The source of facts that are meetings: no customer's money is waited for."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a plan version says of its pay: when it is due, and what comes back."""

    schedule: Schedule | None
    policy: Clawback | None


def contract_follow(actor: Actor, contract: Any, event: PayEvent, verb: str) -> None:
    """Let every earning of a contract and its other editions follow an event of it."""
    with context(actor, verb=f"compensation.{verb}", reason=contract.number):
        for earning in _earnings(one.pk for one in editions_of(contract)):
            earning_release(actor, earning, contract, event)


def earning_release(actor: Actor, earning: Earning, contract: Any, event: PayEvent) -> None:
    """Move what one event releases of one earning, takes back, or cancels."""
    terms = terms_of(earning.plan_version)
    if (
        earning.contract is None
        or not earning.contract.amount
        or terms == Terms(schedule=None, policy=None)
    ):
        return
    found = _followed(earning, terms, event)
    if found is None:
        return
    delta = money_of(found.released) - earning.released_amount
    if delta > 0:
        forfeited = _forfeited(earning, event)
        _release(
            actor, earning, delta, _cause(event, came_in(_told(event, contract), delta, forfeited))
        )
    elif delta < 0:
        words = went_back(_told(event, contract), -delta, found)
        _take_back(actor, earning, -delta, _cause(event, words), _own_only(earning))
    gone = money_of(found.cancelled) - _cancelled(earning)
    if gone:
        _move(
            actor,
            earning,
            _cause(event, cancelled_words(gone)),
            Kind.CANCELLED,
            f"cancelled:{earning.pk}:{event.key}",
            -gone,
        )
    if delta:
        _released_now(actor, earning, money_of(found.released))
    elif not gone and left_alone(found):
        _tell(actor, earning, _cause(event, left_words(_told(event, contract), found)))


def earning_start(actor: Actor, earning: Earning) -> None:
    """Release of a new earning what is due at signing: all of it where the plan waits for nothing, and of what a payment of the customer earned."""
    if is_of_money(earning):
        event = PayEvent.objects.get(pk=earning.fact.source_id)
        words = (earning.sentence, earning.sentence_zh)
        earning_settle(actor, earning, Decimal(earning.amount), _cause(event, words))
        return
    terms = terms_of(earning.plan_version)
    waits = terms.schedule is not None
    target = Decimal(earning.amount)
    if earning.contract is not None and earning.contract.amount:
        target = _due(earning, terms)
    elif waits and earning.fact.source_kind != MEETING:
        return
    if not target:
        return
    english, chinese = signed_words(target, earning.amount)
    movement = Movement(
        key=f"released:{earning.pk}:signing",
        kind=Kind.RELEASED,
        person=earning.owner,
        amount=target,
        day=earning.earned_on,
        earning=earning,
        sentence=english,
        sentence_zh=chinese,
    )
    move(actor, movement)
    _released_now(actor, earning, target)


def earning_follow(actor: Actor, earning: Earning) -> None:
    """Release of a new earning on an old contract the share that the customer's money has released before it."""
    target = Decimal(earning.amount)
    if earning.contract is not None and earning.contract.amount and not is_of_money(earning):
        target = _due(earning, terms_of(earning.plan_version))
    words = (earning.sentence, earning.sentence_zh)
    cause = Cause(key="booked", day=today(actor), words=words, event=None)
    earning_settle(actor, earning, target, cause, own_only=False)


def is_of_money(earning: Earning) -> bool:
    """Whether it was earned by a payment of the customer, or corrects what was: it is due at once and follows no other payment."""
    return bool(earning.fact.neutral.get("kind") == RECEIPT)


def earning_settle(
    actor: Actor, earning: Earning, target: Decimal, cause: Cause, own_only: bool | None = None
) -> None:
    """Bring what is released of an earning to what is due of it; what goes back is limited as always, by its plan unless `own_only` says."""
    delta = target - earning.released_amount
    if delta > 0:
        _release(actor, earning, delta, cause)
    elif delta < 0:
        own_only = _own_only(earning) if own_only is None else own_only
        _take_back(actor, earning, -delta, cause, own_only)
    if delta:
        _released_now(actor, earning, target)


def released_by(earning: Earning, until: PayEvent | None = None) -> ReleaseResult | None:
    """What the schedule releases of an earning by all events of its contract or those until one; None when the plan waits for nothing."""
    schedule, contract = terms_of(earning.plan_version).schedule, earning.contract
    if schedule is None or contract is None or not contract.amount:
        return None
    told = [SIGNED, *(e for e in events_of(contract, until) if e.type not in SETTLED)]
    return release(schedule, Fraction(earning.amount), worth_of(contract), told)


def terms_of(plan_version: PlanVersion) -> Terms:
    """When the pay of a version is due, and what comes back of it."""
    version = version_read(plan_version.definition)[1]
    return Terms(
        schedule=None if version.release is None else schedule_from(version.release),
        policy=None if version.clawback is None else clawback_from(version.clawback),
    )


def _due(earning: Earning, terms: Terms) -> Decimal:
    contract: Any = earning.contract
    found = due(
        terms.schedule,
        terms.policy,
        Fraction(earning.amount),
        worth_of(contract),
        events_of(contract),
    )
    return money_of(found)


def _followed(earning: Earning, terms: Terms, event: PayEvent) -> Followed | None:
    """Where an event leaves an earning; nothing when it concerns another edition of its contract alone."""
    contract: Any = earning.contract
    events = events_of(contract, last=event)
    if not events or events[-1].id != event.key:
        return None
    needs_volume = terms.policy is not None and "tier_delta" in terms.policy.type
    return follow(
        terms.schedule,
        terms.policy,
        Stood(
            earned=Fraction(earning.amount),
            released=Fraction(earning.released_amount),
            cancelled=Fraction(_cancelled(earning)),
            volume=volume_before(earning, event, events_of) if needs_volume else None,
        ),
        Deal(
            total=worth_of(contract),
            signed=contract.signed_on or earning.earned_on,
            credit=credit_of(earning),
        ),
        events,
    )


def _told(event: PayEvent, contract: Any) -> Told:
    return Told(
        type=event.type,
        amount=event.amount,
        total=contract.amount,
        currency=contract.currency,
        days_late=None if event.due_on is None else (event.day - event.due_on).days,
    )


def _forfeited(earning: Earning, event: PayEvent) -> Decimal:
    result = released_by(earning, event) if event.type not in SETTLED else None
    return money_of(result.releases[-1].forfeited) if result is not None else ZERO


def _cancelled(earning: Earning) -> Decimal:
    found = LedgerEntry.objects.filter(earning=earning, kind=Kind.CANCELLED)
    return -Decimal(found.aggregate(sum=Sum("amount"))["sum"] or 0)


def _own_only(earning: Earning) -> bool:
    """Whether the plan limits what a payment recovers: then a debt is not simply taken from other pay."""
    rules = version_read(earning.plan_version.definition)[1].payment
    return any(str(rule.get("type")) == OFFSET for rule in rules)


def _own_unpaid(earning: Earning) -> Decimal:
    """What the earning has released into months that are not paid yet."""
    found = LedgerEntry.objects.filter(earning=earning, kind=Kind.RELEASED)
    waiting = found.exclude(period__state=PayPeriod.State.PAID)
    return max(Decimal(waiting.aggregate(sum=Sum("amount"))["sum"] or 0), ZERO)


def _released_now(actor: Actor, earning: Earning, amount: Decimal) -> None:
    record_update(actor=actor, row=earning, values={"released_amount": amount}, act=None)


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why pay moves: the key of the movement, its day, what happened if it was the customer's, and the sentences."""

    key: str
    day: date
    words: Words
    event: PayEvent | None


def _cause(event: PayEvent, words: Words) -> Cause:
    return Cause(key=event.key, day=event.day, words=words, event=event)


def _release(actor: Actor, earning: Earning, amount: Decimal, cause: Cause) -> None:
    _move(actor, earning, cause, Kind.RELEASED, f"released:{earning.pk}:{cause.key}", amount)


def _take_back(
    actor: Actor, earning: Earning, amount: Decimal, cause: Cause, own_only: bool
) -> None:
    """First from what is payable, then from what is held back, and as a debt no more than was paid out.

    What is left over, carried by a rule of the plan and not paid yet, makes the payable negative and is set against it when it comes.
    Where a plan limits what each payment recovers, only what this earning itself has not been paid yet is taken at once.
    """
    person_id, tail = earning.owner_id or 0, f"{earning.pk}:{cause.key}"
    payable = max(balance(person_id, Account.PAYABLE), ZERO)
    if own_only:
        payable = min(payable, _own_unpaid(earning))
    wanted = amount - payable
    if (retained := min(wanted, balance(person_id, Account.RETAINED))) > 0:
        _move(actor, earning, cause, Kind.LET_GO, f"let-go:{tail}", retained)
        wanted -= retained
    paid = balance(person_id, Account.CASH) - balance(person_id, Account.CLAWBACK)
    taken = max(min(wanted, paid), ZERO)
    _move(actor, earning, cause, Kind.RELEASED, f"released:{tail}", taken - amount)
    _move(actor, earning, cause, Kind.TAKEN_BACK, f"taken:{tail}", taken)


def _move(
    actor: Actor, earning: Earning, cause: Cause, kind: str, key: str, amount: Decimal
) -> None:
    move(actor, _movement(earning, cause, kind, key, amount))


def _tell(actor: Actor, earning: Earning, cause: Cause) -> None:
    """That nothing is taken back, and why."""
    tell(actor, _movement(earning, cause, Kind.TAKEN_BACK, f"left:{earning.pk}:{cause.key}", ZERO))


def _movement(earning: Earning, cause: Cause, kind: str, key: str, amount: Decimal) -> Movement:
    english, chinese = cause.words
    return Movement(
        key=key,
        kind=kind,
        person=earning.owner,
        amount=amount,
        day=cause.day,
        earning=earning,
        event=cause.event,
        sentence=english,
        sentence_zh=chinese,
    )


def _earnings(contracts: Iterable[int]) -> list[Earning]:
    """What follows the events of contracts; what a payment earned does not."""
    found = Earning.objects.select_for_update(of=("self",))
    found = found.select_related("plan_version", "owner", "contract")
    found = found.filter(contract_id__in=list(contracts)).exclude(fact__neutral__kind=RECEIPT)
    return list(found.order_by("pk"))
