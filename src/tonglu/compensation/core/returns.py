"""What comes back of an earning when the customer's money does, or when the contract ends before its time.

Two amounts are kept apart. What an earning is *due* follows the customer: the release schedule, never more than what the customer still
keeps of the deal. What is *taken* when that falls is for the plan's clawback to say; without one, all that is no longer due.

- Money that goes back (refund, chargeback, credit note) takes back what the plan says of the fall, and no more than was released.
- An allocation that is undone (bounce) never was money: it follows the schedule, whatever the clawback says.
- A contract that ends early is settled once: of all that was earned the plan names the part that comes back. What of it was never
  released is cancelled, not clawed back; only the rest is taken.
- Pay released before the customer has paid, where the plan waits so many days for the money, is taken back in the share not paid.
- What a plan has left to the payee answers for the same money when it comes again: nothing is paid twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .clawback import Clawback, Instalment, clawback_amount
from .numbers import ONE, ZERO
from .release import ReleaseEvent, ReleaseStep, Schedule, release
from .rounding import Rounding

AT_SIGNING = Schedule(steps=(ReleaseStep(event="booking"),))
SIGNED = ReleaseEvent(id="signed", type="booking")
CANCELLED, UNCOLLECTED, BOUNCE = "cancelled", "uncollected", "bounce"
SETTLED = frozenset({CANCELLED, UNCOLLECTED})
"""What is no event of a schedule."""
_BY_SCHEDULE = frozenset({BOUNCE, UNCOLLECTED})
"""What takes back all that is no longer due, whatever the clawback says of money that the customer got back."""
_WAYS = (("cash", frozenset({"refund", "chargeback"})), ("invoice", frozenset({"credit_note"})))
_FALL = frozenset({"cash", "invoice"})
EXACT = Rounding(scale=None)
_VOLUME = frozenset({"whole_tier_delta", "slab_tier_delta"})


@dataclass(frozen=True, kw_only=True)
class Deal:
    """What the customer owes in the events' own terms, and what the payee was credited with."""

    total: Fraction
    signed: dt.date | None = None
    credit: Fraction = ZERO


@dataclass(frozen=True, kw_only=True)
class Stood:
    """An earning before an event; `volume` is its payee's credit in the window, this deal's included."""

    earned: Fraction
    released: Fraction
    cancelled: Fraction = ZERO
    volume: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class Followed:
    """An earning after an event: released and cancelled in all; `fell` is what is no longer due, `back` what the plan wants of it.

    `settled` is the clawback with the figures of this return; none when the schedule alone decided.
    """

    released: Fraction
    cancelled: Fraction
    fell: Fraction = ZERO
    back: Fraction = ZERO
    settled: Clawback | None = None


def due(
    schedule: Schedule | None,
    policy: Clawback | None,
    earned: Fraction,
    total: Fraction,
    events: Sequence[ReleaseEvent],
    rounding: Rounding | None = None,
) -> Fraction:
    """What the customer's events so far make due of an earning."""
    money = (rounding or Rounding()).money
    told = [SIGNED, *(event for event in events if event.type not in SETTLED)]
    plan = schedule or AT_SIGNING
    by_schedule = release(plan, earned, total, told, rounding).paid
    if policy is None or earned <= 0:
        return by_schedule
    left = by_schedule - money(_standing_still(plan, earned, total, told) * gone(events, total))
    if any(_overdue(policy, event) for event in events):
        return min(left, money(earned * collected(events, total)))
    return left


def _standing_still(
    schedule: Schedule, earned: Fraction, total: Fraction, told: Sequence[ReleaseEvent]
) -> Fraction:
    """What was released by steps that do not fall by themselves when money goes back: at signing, at delivery."""
    own = tuple(step for step in schedule.steps if step.event not in _FALL)
    return release(replace(schedule, steps=own), earned, total, told, EXACT).paid


def gone(events: Iterable[ReleaseEvent], total: Fraction) -> Fraction:
    """The share of the deal that had come, or had been invoiced, and is gone again."""
    return max(_gone(events, total, come, back) for come, back in _WAYS)


def collected(events: Iterable[ReleaseEvent], total: Fraction) -> Fraction:
    """The share of the deal that the customer has paid and not got back."""
    cash, back = _WAYS[0]
    held = sum(
        (
            _amount(event, total) * (1 if event.type == cash else -1)
            for event in events
            if event.type == cash or event.type in back or event.type == BOUNCE
        ),
        ZERO,
    )
    return _share(held, total)


def follow(
    schedule: Schedule | None,
    policy: Clawback | None,
    stood: Stood,
    deal: Deal,
    events: Sequence[ReleaseEvent],
    rounding: Rounding | None = None,
) -> Followed:
    """Where the last of the events leaves an earning."""
    event, before = events[-1], events[:-1]
    was = due(schedule, policy, stood.earned, deal.total, before, rounding)
    now = due(schedule, policy, stood.earned, deal.total, events, rounding)
    if policy is None or stood.earned <= 0:
        return Followed(released=now, cancelled=stood.cancelled, fell=was - now, back=was - now)
    most = stood.earned - stood.cancelled
    if event.type == CANCELLED:
        return _ended(policy, stood, deal, event, rounding)
    if now >= was:
        reached = min(max(stood.released, now), most)
        return Followed(released=reached, cancelled=stood.cancelled)
    fell = was - now
    settled = None
    if event.type not in _BY_SCHEDULE:
        settled = _filled(policy, stood, deal, event, fell)
    back = fell if settled is None else -clawback_amount(settled, rounding)
    left = max(stood.released - back, ZERO)
    return Followed(
        released=min(left, most), cancelled=stood.cancelled, fell=fell, back=back, settled=settled
    )


def left_alone(found: Followed) -> bool:
    """Whether something went back, or ended, of which the plan takes nothing."""
    return found.settled is not None and found.fell > 0 and found.back == 0


def _ended(
    policy: Clawback, stood: Stood, deal: Deal, event: ReleaseEvent, rounding: Rounding | None
) -> Followed:
    """Of all that was earned the plan names a part; what of it was never released is cancelled, and the rest is taken."""
    whole = stood.earned - stood.cancelled
    settled = _filled(policy, stood, deal, event, whole)
    back = min(-clawback_amount(settled, rounding), whole)
    kept = whole - back
    if policy.type == "paid_only":
        kept = min(stood.released - _of_paid(policy, stood, rounding), whole)
    return Followed(
        released=min(stood.released, kept),
        cancelled=stood.earned - kept,
        fell=whole,
        back=max(stood.released - kept, ZERO),
        settled=settled,
    )


def _of_paid(policy: Clawback, stood: Stood, rounding: Rounding | None) -> Fraction:
    return (rounding or Rounding()).money(stood.released * policy.pct)


def _filled(
    policy: Clawback, stood: Stood, deal: Deal, event: ReleaseEvent, fell: Fraction
) -> Clawback:
    """The plan's clawback with what happened: the engine of worked examples then says the amount."""
    share = ONE if event.type == CANCELLED else _share_of(event, deal.total)
    months, days = _served(deal.signed, event.date)
    kind = "full" if policy.type in _VOLUME and not _has_steps(policy, stood) else policy.type
    rate = policy.rate
    if rate is None:
        rate = stood.earned / deal.credit if deal.credit else ZERO
    volume = stood.volume or ZERO
    return replace(
        policy,
        type=kind,
        earned=fell,
        paid=None if event.type == CANCELLED else stood.released,
        original={"": fell},
        instalments=(Instalment(amount=fell),),
        served_months=Fraction(months),
        served_days=Fraction(days),
        refund=deal.credit * share,
        rate=rate,
        volume_before=volume,
        volume_after=volume - deal.credit * share,
    )


def _has_steps(policy: Clawback, stood: Stood) -> bool:
    return bool(policy.tiers) and stood.volume is not None


def _overdue(policy: Clawback, event: ReleaseEvent) -> bool:
    late = event.late_days()
    waits = policy.uncollected_days
    return event.type == UNCOLLECTED and waits is not None and late is not None and late >= waits


def _gone(
    events: Iterable[ReleaseEvent], total: Fraction, come: str, back: frozenset[str]
) -> Fraction:
    """How far what is there lies below the most that was there; what is undone never was."""
    most = there = ZERO
    for event in events:
        amount = _amount(event, total)
        if event.type == come:
            there += amount
            most = max(most, there)
        elif event.type in back:
            there -= amount
        elif event.type == BOUNCE and come == "cash":
            there, most = there - amount, most - amount
    return _share(most - there, total)


def _amount(event: ReleaseEvent, total: Fraction) -> Fraction:
    amount = event.amount if event.share is None else event.share * total
    return abs(amount or ZERO)


def _share_of(event: ReleaseEvent, total: Fraction) -> Fraction:
    return _share(_amount(event, total), total)


def _share(amount: Fraction, total: Fraction) -> Fraction:
    return max(min(amount / total, ONE), ZERO) if total else ZERO


def _served(start: dt.date | None, end: dt.date | None) -> tuple[int, int]:
    """Full months and days between two days; nothing where a day is not known."""
    if start is None or end is None or end <= start:
        return 0, 0
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < _same_day(start, end)), (end - start).days


def _same_day(start: dt.date, end: dt.date) -> int:
    """The day of the end's month that makes a month full: the 31st is the 30th where there is no 31st."""
    after = dt.date(end.year + end.month // 12, end.month % 12 + 1, 1)
    return min(start.day, (after - dt.timedelta(days=1)).day)
