"""What comes back of an earning: worked cents for every kind of clawback, and laws over random lives of a deal."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction
from typing import Any

import pytest

from tonglu.compensation.core.clawback import TYPES, clawback_from
from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.release import ReleaseEvent, Schedule, event_from, schedule_from
from tonglu.compensation.core.returns import Deal, Followed, Stood, follow
from tonglu.compensation.core.rounding import Rounding

SIGNED = dt.date(2026, 1, 31)
ON_CASH = schedule_from([{"event": "cash", "prorata": True}])
IN_PARTS = schedule_from(
    [{"event": "booking", "pct": "0.3"}, {"event": "cash", "pct": "0.7", "prorata": True}]
)
TIERS = [[0, 50000, "0.02"], [50000, 100000, "0.03"], [100000, None, "0.05"]]


def told(kind: str, amount: Any = 0, day: str = "2026-02-01", **more: Any) -> ReleaseEvent:
    raw = {"id": f"{kind} {amount} {day}", "type": kind, "amount": str(amount)}
    return event_from({**raw, "date": dt.date.fromisoformat(day), **more})


def lived(
    policy: dict[str, Any] | None,
    events: list[ReleaseEvent],
    *,
    schedule: Schedule | None = ON_CASH,
    earned: Any = 1200,
    volume: Any = None,
) -> list[Followed]:
    """A deal of 10,000 for which 1,200 was earned, event by event."""
    claw = None if policy is None else clawback_from(policy)
    deal = Deal(total=Fraction(10000), signed=SIGNED, credit=Fraction(10000))
    released = released_at_signing(schedule, earned)
    steps = [Followed(released=released, cancelled=Fraction(0))]
    for position in range(len(events)):
        stood = Stood(
            earned=Fraction(earned),
            released=steps[-1].released,
            cancelled=steps[-1].cancelled,
            volume=None if volume is None else Fraction(volume),
        )
        steps.append(follow(schedule, claw, stood, deal, events[: position + 1]))
    return steps[1:]


def released_at_signing(schedule: Schedule | None, earned: Any) -> Fraction:
    steps = () if schedule is None else schedule.steps
    share = sum((s.pct for s in steps if s.event == "booking"), Fraction(schedule is None))
    return Rounding().money(Fraction(earned) * share)


PAID = told("cash", 10000)
HALF = told("cash", 5000)
CASES: dict[str, tuple[dict[str, Any] | None, list[ReleaseEvent], list[Any], Any]] = {
    "without a clawback all follows the money": (
        None, [PAID, told("refund", 2500, "2026-09-01")], [1200, 900], 0),
    "all of it": ({"type": "full"}, [PAID, told("refund", 2500)], [1200, 900], 0),
    "all of it in every layer": ({"type": "reverse_all"}, [PAID, told("refund", 2500)], [1200, 900], 0),
    "a share of it": (
        {"type": "percent", "pct": "0.5"}, [PAID, told("refund", 2500)], [1200, 1050], 0),
    "within the window": (
        {"type": "window", "window_months": 3}, [PAID, told("refund", 10000, "2026-04-29")], [1200, 0], 0),
    "the window has passed on the last day of its month": (
        {"type": "window", "window_months": 3}, [PAID, told("refund", 10000, "2026-04-30")], [1200, 1200], 0),
    "within so many days": (
        {"type": "full", "window_days": 90}, [PAID, told("refund", 10000, "2026-04-30")], [1200, 0], 0),
    "after so many days": (
        {"type": "full", "window_days": 90}, [PAID, told("refund", 10000, "2026-05-01")], [1200, 1200], 0),
    "the months not served": (
        {"type": "prorata_time", "term_months": 12},
        [PAID, told("refund", 10000, "2026-08-15")], [1200, 600], 0),
    "the days not served": (
        {"type": "prorata_time", "term_days": 365},
        [PAID, told("refund", 5000, "2026-04-14")], [1200, 720], 0),
    "a term that is over": (
        {"type": "prorata_time", "term_months": 12}, [PAID, told("refund", 10000, "2027-03-01")], [1200, 1200], 0),
    "at the rate of that time": ({"type": "historic_rate"}, [PAID, told("refund", 1000)], [1200, 1080], 0),
    "at a rate that the plan names": (
        {"type": "historic_rate", "rate": "0.1"}, [PAID, told("refund", 1000)], [1200, 1100], 0),
    "never more than was released": (
        {"type": "historic_rate", "rate": "0.5"}, [HALF, told("refund", 5000)], [600, 0], 0),
    "what was released of it": ({"type": "paid_only"}, [HALF, told("refund", 2000)], [600, 360], 0),
    "twice, in parts": (
        {"type": "percent", "pct": "0.5"},
        [PAID, told("refund", 2500), told("refund", 2500, "2026-03-01")], [1200, 1050, 900], 0),
    "money that comes again fills up what was taken and no more": (
        {"type": "percent", "pct": "0.5"},
        [PAID, told("refund", 5000), told("cash", 5000, "2026-05-01")], [1200, 900, 1200], 0),
    "an allocation undone is no refund": (
        {"type": "window", "window_months": 1},
        [PAID, told("bounce", 10000, "2027-01-01"), told("cash", 10000, "2027-01-02")], [1200, 0, 1200], 0),
    "a contract that ends with half of it paid": (
        {"type": "full"}, [HALF, told("cancelled")], [600, 0], 1200),
    "half the term served, half of it paid: nothing comes back": (
        {"type": "prorata_time", "term_months": 12},
        [HALF, told("cancelled", day="2026-07-31")], [600, 600], 600),
    "half the term served, all of it paid": (
        {"type": "prorata_time", "term_months": 12},
        [PAID, told("cancelled", day="2026-07-31")], [1200, 600], 600),
    "an early end that takes a half": (
        {"type": "percent", "pct": "0.5"}, [PAID, told("cancelled")], [1200, 600], 600),
    "what was not released is cancelled, of the rest a half comes back": (
        {"type": "paid_only", "pct": "0.5"}, [HALF, told("cancelled")], [600, 300], 900),
    "ended before anything was paid": ({"type": "full"}, [told("cancelled")], [0], 1200),
    "after the end money releases what is kept and no more": (
        {"type": "percent", "pct": "0.25"},
        [told("cancelled"), told("cash", 5000), told("cash", 5000, "2026-05-01")], [0, 600, 900], 300),
    "an end after the window": (
        {"type": "full", "window_days": 90},
        [HALF, told("cancelled", day="2026-09-01"), told("cash", 5000, "2026-10-01")], [600, 600, 1200], 0),
}  # fmt: skip


@pytest.mark.parametrize(("policy", "events", "released", "cancelled"), CASES.values(), ids=CASES)
def test_what_is_left_released_and_cancelled(
    policy: Any, events: list[ReleaseEvent], released: list[Any], cancelled: Any
) -> None:
    steps = lived(policy, events)

    assert [step.released for step in steps] == released
    assert steps[-1].cancelled == cancelled


def test_a_plan_that_pays_at_signing_takes_back_by_its_clawback_only() -> None:
    events = [PAID, told("refund", 2500, "2026-03-01")]

    assert [s.released for s in lived(None, events, schedule=None)] == [1200, 1200]
    assert [s.released for s in lived({"type": "full"}, events, schedule=None)] == [1200, 900]
    assert [s.released for s in lived({"type": "full"}, events, schedule=IN_PARTS)] == [1200, 900]


def test_pay_before_the_customer_pays_is_taken_back_when_the_money_does_not_come() -> None:
    late = told("uncollected", 6000, "2026-05-01", due=SIGNED)
    events = [told("cash", 4000), late, told("cash", 6000, "2026-06-01")]
    policy = {"type": "full", "uncollected_days": 60}

    assert [s.released for s in lived(policy, events, schedule=None)] == [1200, 480, 1200]
    patient = {"type": "full", "uncollected_days": 120}
    assert [s.released for s in lived(patient, events, schedule=None)] == [1200, 1200, 1200]


def test_a_credit_note_and_the_refund_of_its_money_take_back_once() -> None:
    events = [told("invoice", 10000), PAID, told("credit_note", 2500), told("refund", 2500)]

    steps = lived({"type": "full"}, events, schedule=None)

    assert [step.released for step in steps] == [1200, 1200, 900, 900]


def test_steps_take_back_what_they_would_have_paid_less() -> None:
    """110,000 at 5 % had paid 5,500; 60,000 pay 1,800: 3,700 come back, though the deal's own share was less."""
    policy = {"type": "whole_tier_delta", "tiers": TIERS}
    claw = clawback_from(policy)
    deal = Deal(total=Fraction(50000), signed=SIGNED, credit=Fraction(50000))
    stood = Stood(earned=Fraction(5500), released=Fraction(5500), volume=Fraction(110000))

    events = [told("cash", 50000), told("refund", 50000)]

    found = follow(ON_CASH, claw, stood, deal, events)
    assert (found.released, found.back) == (1800, 3700)


def test_a_clawback_over_time_without_a_term_is_refused() -> None:
    with pytest.raises(PayFault, match="needs the months of the term"):
        lived({"type": "prorata_time"}, [PAID, told("refund", 100)])


def random_policy(rng: random.Random) -> dict[str, Any]:
    kind = rng.choice([name for name in TYPES.values() if "tier" not in name])
    policy: dict[str, Any] = {"type": kind, "pct": rng.choice(["0.25", "0.5", "1"])}
    if kind == "prorata_time":
        policy["term_months"] = rng.choice([6, 12, 24])
    if rng.random() < 0.3:
        policy["window_days"] = rng.choice([60, 200])
    if rng.random() < 0.3:
        policy["uncollected_days"] = 30
    return policy


def random_life(rng: random.Random) -> list[ReleaseEvent]:
    events, held, day = [], 0, SIGNED
    for _ in range(rng.randrange(1, 9)):
        day += dt.timedelta(days=rng.randrange(1, 90))
        kinds = ["cash"] * 3 + (["refund", "refund", "bounce"] if held else [])
        kind = rng.choice([*kinds, "uncollected", *(["cancelled"] if rng.random() < 0.1 else [])])
        most = 10000 - held if kind == "cash" else held
        amount = rng.randrange(0, most + 1) if most else 0
        held += {"cash": amount, "refund": -amount, "bounce": -amount}.get(kind, 0)
        events.append(told(kind, amount, day.isoformat(), due=SIGNED))
        if kind == "cancelled":
            break
    return events


@pytest.mark.parametrize("seed", range(150))
def test_laws_of_coming_back(seed: int) -> None:
    """Never below nothing or above what was earned; a return never pays, money never takes; full takes most of all."""
    rng = random.Random(seed)
    policy, events = random_policy(rng), random_life(rng)
    schedule = rng.choice([ON_CASH, IN_PARTS, None])
    earned = rng.choice([1200, Fraction(99999, 100), Fraction(1, 100)])

    steps = lived(policy, events, schedule=schedule, earned=earned)
    everything = lived({"type": "full"}, events, schedule=schedule, earned=earned)

    before = released_at_signing(schedule, earned)
    for event, step, most in zip(events, steps, everything, strict=True):
        assert 0 <= step.released <= earned - step.cancelled <= earned
        if event.type == "cash":
            assert step.released >= before
        else:
            assert step.released <= before
        if "uncollected_days" not in policy:
            assert step.released >= most.released
        before = step.released
