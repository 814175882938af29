"""Release: money earned at one event is paid at others, in full or as cash comes in (回款).

Two clocks: the rate is fixed when the deal is signed; the money moves when its events arrive. A step of
the schedule pays `pct` of what was earned, at once or in proportion to the amounts that its events bring.
The target to date is rounded, and each event pays the difference, so the last one takes the remainder.
More cash than the deal is worth pays no more than 100 %; cash that goes back takes pay back.
Late money may be worth less: what a late factor cuts off is forfeited, not owed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tonglu.kernel.text import N_

from .curves.terms import Terms, tier_at
from .faults import fault
from .model.reading import Field, Spec, day, flag, many, read, text
from .model.table import Table, Tier, tiers_from
from .numbers import ONE, ZERO, exact
from .rounding import Rounding

# Everything paid so far goes back when one of these arrives.
ENDINGS = frozenset({"bad_debt", "cancellation", "cancelled", "write_off", "void"})
# Cash that leaves again.
RETURNS = {"refund": "cash", "chargeback": "cash", "bounce": "cash", "credit_note": "invoice"}
_SAME = {
    "signing": "booking",
    "signed": "booking",
    "order": "booking",
    "booked": "booking",
    "invoicing": "invoice",
    "invoiced": "invoice",
    "billing": "invoice",
    "shipment": "delivery",
    "delivered": "delivery",
    "collection": "cash",
    "receipt": "cash",
    "payment": "cash",
    "collected": "cash",
    "paid": "cash",
    "allocation": "cash",
}


@dataclass(frozen=True, kw_only=True)
class ReleaseStep:
    event: str
    pct: Fraction = ONE
    prorata: bool = False
    late: tuple[Tier, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Schedule:
    steps: tuple[ReleaseStep, ...]
    late: tuple[Tier, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReleaseEvent:
    id: str
    type: str
    amount: Fraction | None = None
    share: Fraction | None = None
    days_late: Fraction | None = None
    factor: Fraction | None = None
    date: dt.date | None = None
    due: dt.date | None = None

    def late_days(self) -> Fraction | None:
        if self.days_late is not None:
            return self.days_late
        if self.date is None or self.due is None:
            return None
        return Fraction(max((self.date - self.due).days, 0))


@dataclass(frozen=True, kw_only=True)
class Release:
    """What one event pays, and the sentence's numbers: share of the deal reached, pay to date."""

    event: str
    type: str
    payment: Fraction
    paid_to_date: Fraction
    reached: Fraction | None = None
    forfeited: Fraction = ZERO


@dataclass(frozen=True, kw_only=True)
class ReleaseResult:
    releases: tuple[Release, ...]
    earned: Fraction

    @property
    def paid(self) -> Fraction:
        return sum((release.payment for release in self.releases), ZERO)

    @property
    def forfeited(self) -> Fraction:
        return sum((release.forfeited for release in self.releases), ZERO)

    @property
    def unpaid(self) -> Fraction:
        return self.earned - self.paid - self.forfeited


@dataclass
class _Progress:
    """Per step: what its events brought, the share released, and the share forfeited."""

    brought: dict[int, Fraction] = field(default_factory=dict)
    released: dict[int, Fraction] = field(default_factory=dict)
    kept: dict[int, Fraction] = field(default_factory=dict)
    ended: bool = False


def release(
    schedule: Schedule,
    earned: Fraction,
    deal_total: Fraction,
    events: Sequence[ReleaseEvent],
    rounding: Rounding | None = None,
) -> ReleaseResult:
    """What each event pays of `earned`, for a deal worth `deal_total` in the events' own terms."""
    money = (rounding or Rounding()).money
    progress = _Progress()
    paid = lost = ZERO
    releases = []
    for event in events:
        reached = _advance(schedule, event, deal_total, progress)
        due = money(earned * sum(progress.kept.values(), ZERO))
        gone = money(earned * sum(progress.released.values(), ZERO)) - due
        releases.append(
            Release(
                event=event.id,
                type=event.type,
                payment=due - paid,
                paid_to_date=due,
                reached=reached,
                forfeited=gone - lost,
            )
        )
        paid, lost = due, gone
    return ReleaseResult(releases=tuple(releases), earned=earned)


def _advance(
    schedule: Schedule, event: ReleaseEvent, total: Fraction, progress: _Progress
) -> Fraction | None:
    """Move every step this event belongs to; answers the share of the deal reached."""
    if event.type in ENDINGS:
        progress.kept.clear()
        progress.released.clear()
        progress.ended = True
    if progress.ended:
        return None
    reached = None
    kind = RETURNS.get(event.type, event.type)
    for index, step in enumerate(schedule.steps):
        if step.event != kind:
            continue
        share = _share(step, index, event, total, progress)
        moved = step.pct * share - progress.released.get(index, ZERO)
        factor = _late_factor(schedule, step, event) if moved > 0 else _kept_share(index, progress)
        progress.released[index] = progress.released.get(index, ZERO) + moved
        progress.kept[index] = progress.kept.get(index, ZERO) + moved * factor
        reached = share
    return reached


def _share(
    step: ReleaseStep, index: int, event: ReleaseEvent, total: Fraction, progress: _Progress
) -> Fraction:
    returned = event.type in RETURNS
    if not step.prorata:
        return ZERO if returned else ONE
    brought = event.amount if event.share is None else event.share * total
    if brought is None:
        raise fault("no_event_amount", N_("Event %(id)s needs an amount."), id=event.id)
    if total == 0:
        raise fault("no_deal_total", N_("A release in proportion needs the total of the deal."))
    amount = -abs(brought) if returned else brought
    progress.brought[index] = progress.brought.get(index, ZERO) + amount
    return max(min(progress.brought[index] / total, ONE), ZERO)


def _kept_share(index: int, progress: _Progress) -> Fraction:
    """Money that goes back goes back at the average at which it was paid."""
    released = progress.released.get(index, ZERO)
    return progress.kept.get(index, ZERO) / released if released else ONE


def _late_factor(schedule: Schedule, step: ReleaseStep, event: ReleaseEvent) -> Fraction:
    if event.factor is not None:
        return event.factor
    tiers, days = step.late or schedule.late, event.late_days()
    if not tiers or days is None:
        return ONE
    tier = tier_at(tiers, days, Table(mode="whole"), Terms(component="late"))
    return tier.value if tier else ZERO


def schedule_from(raw: Any) -> Schedule:
    known = read(_SCHEDULE, raw if isinstance(raw, Mapping) else {"steps": raw}, "Release")
    steps = known.get("steps", ())
    if not steps:
        raise fault("no_schedule", N_("A release needs a schedule of events."))
    return Schedule(**known)


def event_from(raw: Any) -> ReleaseEvent:
    known = read(_EVENT, raw, "Event")
    allocated = known.pop("allocated", None)
    if allocated is not None and allocated is not True:
        known["amount"] = allocated or ZERO
    return ReleaseEvent(**known)


def _event_type(raw: Any) -> str:
    word = str(raw).lower()
    return _SAME.get(word, word)


def _allocated(raw: Any) -> Fraction | bool:
    """How much of the cash is matched to the deal; true is all of it, false nothing."""
    return raw if isinstance(raw, bool) else exact(raw)


def _step(raw: Any) -> ReleaseStep:
    return ReleaseStep(**read(_STEP, raw, "Release step"))


_STEP: Spec = {
    "event": Field(_event_type, ("type", "on", "trigger")),
    "pct": Field(exact, ("percent", "share")),
    "prorata": Field(flag, ("pro_rata", "proportional", "partial")),
    "late": Field(tiers_from, ("late_factors", "late_table", "days_late")),
}
_SCHEDULE: Spec = {
    "steps": Field(many(_step), ("schedule",)),
    "late": Field(tiers_from, ("late_factors", "late_table", "days_late")),
}
_EVENT: Spec = {
    "id": Field(text, ("event",)),
    "type": Field(_event_type, ("kind",)),
    "amount": Field(exact, ("cash", "value")),
    "allocated": Field(_allocated, ("applied",)),
    "share": Field(exact, ("pct", "percent", "ratio")),
    "days_late": Field(exact, ("late_days", "days")),
    "factor": Field(exact, ("late_factor",)),
    "date": Field(day),
    "due": Field(day, ("due_date",)),
}
