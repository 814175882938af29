"""What of a run's earnings fell due, and when: by the plan's release schedule and clawback, event by event.

Without a schedule pay is due on the day of its sale. With one it is held until the events of its document release it, in parts; what a
refund or an early end takes back is what the plan's clawback says. Cents of an earning add up to the payout they belong to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tonglu.compensation.core.clawback import Clawback, clawback_from
from tonglu.compensation.core.explaining.returning import (
    Told,
    Words,
    came_in,
    cancelled_words,
    signed_words,
    went_back,
)
from tonglu.compensation.core.model.plan import Plan, PlanVersion
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.release import ReleaseEvent, Schedule, release, schedule_from
from tonglu.compensation.core.result import Result
from tonglu.compensation.core.returns import SETTLED, SIGNED, Deal, Followed, Stood, due, follow
from tonglu.compensation.core.returns import gone as gone_back
from tonglu.compensation.core.rounding import Rounding
from tonglu.compensation.core.trace import Row

from .reading import Given


@dataclass(frozen=True, kw_only=True)
class Due:
    """What one event made of one earning: released (below zero: taken back), cancelled, lost to lateness, and what is held after it."""

    payee: str
    component: str
    fact: str
    event: str
    type: str
    day: dt.date | None
    earned: Fraction
    amount: Fraction
    cancelled: Fraction
    forfeited: Fraction
    held: Fraction
    words: Words


@dataclass(frozen=True, kw_only=True)
class _Earned:
    """One person's pay of one component for one fact, in cents, and the deal it hangs on."""

    row: Row
    amount: Fraction
    document: str
    deal: Deal
    schedule: Schedule | None
    policy: Clawback | None


def releases_of(
    plan: Plan, given: Given, result: Result, as_of: dt.date | None = None
) -> list[Due]:
    """Everything that fell due or came back until a day, in the order of the trace; nothing where no version waits for anything."""
    if not any(version.release or version.clawback for version in plan.versions):
        return []
    earned = list(_earned(plan, given, result))
    known = {
        name: [one for one in events if as_of is None or one.date is None or one.date <= as_of]
        for name, events in given.events.items()
    }
    return [one for own in earned for one in _life(own, earned, known, result.rounding)]


def _earned(plan: Plan, given: Given, result: Result) -> Iterator[_Earned]:
    versions = {version.id: version for version in plan.versions}
    sums: dict[tuple[str, str], Fraction] = {}
    totals = _totals(given)
    for row in result.trace:
        before = sums.get((row.payee, row.component), ZERO)
        sums[row.payee, row.component] = after = before + row.amount
        amount = result.rounding.money(after) - result.rounding.money(before)
        version = versions.get(result.version_of.get(row.fact, row.version), plan.versions[-1])
        document = given.documents.get(row.fact, row.fact)
        if amount:
            yield _Earned(
                row=row,
                amount=amount,
                document=document,
                deal=Deal(total=totals.get(document, ZERO), signed=row.date, credit=row.credit),
                schedule=_schedule(version) if row.fact else None,
                policy=_policy(version) if row.fact else None,
            )


def _schedule(version: PlanVersion) -> Schedule | None:
    return None if version.release is None else schedule_from(version.release)


def _policy(version: PlanVersion) -> Clawback | None:
    return None if version.clawback is None else clawback_from(version.clawback)


def _totals(given: Given) -> dict[str, Fraction]:
    """What the customer owes for each document: its `deal_total`, or the sum of its lines."""
    totals: dict[str, Fraction] = {}
    for fact in given.facts:
        document = given.documents.get(fact.id, fact.id)
        told = fact.number("deal_total")
        if told is not None:
            totals[document] = told
        elif not fact.deleted:
            totals[document] = totals.get(document, ZERO) + (fact.number("amount") or ZERO)
    return totals


def _life(
    own: _Earned,
    everything: Sequence[_Earned],
    known: dict[str, list[ReleaseEvent]],
    rounding: Rounding,
) -> Iterator[Due]:
    """An earning from its signing to its last event."""
    total, events = own.deal.total, known.get(own.document, [])
    first = own.amount
    if total > 0 or own.schedule is None:
        first = due(own.schedule, None, own.amount, total or Fraction(1), [], rounding)
    elif own.schedule is not None:
        first = ZERO
    stood = Stood(earned=own.amount, released=first)
    if first:
        words = signed_words(first, own.amount)
        yield _told(own, stood, SIGNED, own.row.date, (first, ZERO, ZERO, ZERO), words)
    for position, event in enumerate(events if total > 0 else ()):
        past = events[: position + 1]
        if own.policy is not None and "tier_delta" in own.policy.type:
            stood = Stood(
                earned=stood.earned, released=stood.released, cancelled=stood.cancelled,
                volume=_volume(own, everything, known, event),
            )  # fmt: skip
        if own.schedule is None and own.policy is None:
            return
        found = follow(own.schedule, own.policy, stood, own.deal, past, rounding)
        moved, gone = found.released - stood.released, found.cancelled - stood.cancelled
        stood = Stood(earned=own.amount, released=found.released, cancelled=found.cancelled)
        lost_now = _lost(own, past, rounding)
        if moved or gone:
            lost = lost_now - _lost(own, past[:-1], rounding)
            words = _words(own, event, found, moved, gone, lost)
            yield _told(own, stood, event, event.date, (moved, gone, lost, lost_now), words)


def _volume(
    own: _Earned,
    everything: Sequence[_Earned],
    known: dict[str, list[ReleaseEvent]],
    event: ReleaseEvent,
) -> Fraction:
    """The payee's credit in the window on the day of an event, less what customers had got back."""
    total = ZERO
    day = event.date or dt.date.max
    for one in everything:
        same = (one.row.payee, one.row.component, one.row.window)
        if same != (own.row.payee, own.row.component, own.row.window):
            continue
        if one.row.date is not None and one.row.date > day:
            continue
        before = [
            e for e in known.get(one.document, []) if e is not event and (e.date or day) <= day
        ]
        total += one.row.credit * (1 - gone_back(before, one.deal.total))
    return total


def _told(
    own: _Earned,
    stood: Stood,
    event: ReleaseEvent,
    day: dt.date | None,
    moved: tuple[Fraction, Fraction, Fraction, Fraction],
    words: Words,
) -> Due:
    amount, gone, lost, lost_to_date = moved
    return Due(
        payee=own.row.payee,
        component=own.row.component,
        fact=own.row.fact,
        event=event.id,
        type=event.type,
        day=day,
        earned=own.amount,
        amount=amount,
        cancelled=gone,
        forfeited=lost,
        held=max(stood.earned - stood.released - stood.cancelled - lost_to_date, ZERO),
        words=words,
    )


def _words(
    own: _Earned,
    event: ReleaseEvent,
    found: Followed,
    moved: Fraction,
    gone: Fraction,
    lost: Fraction,
) -> Words:
    late = event.late_days()
    told = Told(
        type=event.type,
        amount=event.amount or ZERO,
        total=own.deal.total,
        days_late=None if late is None else int(late),
    )
    parts: list[Words] = []
    if moved > 0:
        parts.append(came_in(told, moved, lost))
    elif moved < 0:
        parts.append(went_back(told, -moved, found))
    if gone:
        parts.append(cancelled_words(gone))
    return " ".join(english for english, _ in parts), "".join(chinese for _, chinese in parts)


def _lost(own: _Earned, past: Sequence[ReleaseEvent], rounding: Rounding) -> Fraction:
    """What lateness has cost of an earning so far."""
    if own.schedule is None:
        return ZERO
    heard = [SIGNED, *(event for event in past if event.type not in SETTLED)]
    return release(own.schedule, own.amount, own.deal.total, heard, rounding).forfeited
