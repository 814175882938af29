"""The single-purpose modes: payment, trigger, clawback, retro, proration, accounting, attainment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.accounting import accrue, contract_from
from tonglu.compensation.core.attainment import positions, stream_from
from tonglu.compensation.core.clawback import (
    clawback_amount,
    clawback_cancelled,
    clawback_from,
    clawback_layers,
)
from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.plan import rounding_from
from tonglu.compensation.core.numbers import ONE, ZERO, exact, number_text
from tonglu.compensation.core.payment.pay import pay_in_turn
from tonglu.compensation.core.payment.rule import PaymentRule, PeriodPay, earnings_from, rule_from
from tonglu.compensation.core.proration import prorated
from tonglu.compensation.core.release import event_from, release, schedule_from
from tonglu.compensation.core.retro import forward_deltas, revision_from
from tonglu.compensation.core.rounding import Rounding
from tonglu.kernel.text import N_

from .calc import Tree, calc

_SAME_BALANCE = {
    "held_total": "held_balance",
    "total_held": "held_balance",
    "owed": "balance",
    "owe": "balance",
    "recovery": "recovered",
    "advance": "draw",
    "owing": "balance",
    "draw_balance": "balance",
    "carry_forward": "carry",
    "hold": "held",
}


def payment(raw: Mapping[str, Any]) -> Tree:
    rules = raw["payment"]
    if isinstance(rules, Mapping) and "rules" in rules:
        rules = rules["rules"]
    listed = rules if isinstance(rules, (list, tuple)) else [rules]
    return _periods(raw, [rule_from(rule) for rule in listed], raw["earnings"])


def trigger(raw: Mapping[str, Any]) -> Tree:
    earned = exact(raw["earned"])
    total = exact(raw.get("deal_total", raw.get("total", 0)))
    events = [event_from(event) for event in raw["events"]]
    _each_once("events", [event.id for event in events])
    schedule = schedule_from(raw["payment"])
    if (parts := sum((step.pct for step in schedule.steps), ZERO)) > ONE:
        said = N_("The steps of the release add up to %(sum)s, not to the whole.")
        raise fault("release_not_whole", said, sum=number_text(parts))
    found = release(schedule, earned, total, events, _rounding(raw))
    return {
        "by_event": {item.event: item.payment for item in found.releases},
        "paid_total": found.paid,
        "paid": found.paid,
        "payable": found.paid,
        "total": found.paid,
        "unpaid": found.unpaid,
        "remaining": found.unpaid,
        "forfeited": found.forfeited,
    }


def clawback(raw: Mapping[str, Any]) -> Tree:
    block = raw["clawback"]
    if str(block.get("type")) in ("offset", "recovery"):
        rest = {key: value for key, value in block.items() if key != "earnings"}
        return _periods(raw, [rule_from(rest)], block.get("earnings", raw.get("earnings", ())))
    claw = clawback_from(block)
    layers = clawback_layers(claw, _rounding(raw))
    amount = sum(layers.values(), ZERO) if layers else clawback_amount(claw, _rounding(raw))
    return {
        "amount": amount,
        "total": amount,
        "clawbacks": layers,
        "cancelled": clawback_cancelled(claw, _rounding(raw)),
    }


def retro(raw: Mapping[str, Any]) -> Tree:
    revisions = [revision_from(item) for item in raw["results"]]
    _each_once("results", [item.revision for item in revisions])
    total = revisions[-1].value if revisions else ZERO
    return {"delta": forward_deltas(revisions), "total": total}


def proration(raw: Mapping[str, Any]) -> Tree:
    return {"values": prorated(raw["proration"], _rounding(raw))}


def accounting(raw: Mapping[str, Any]) -> Tree:
    contract = contract_from(raw["accounting"])
    rounding = _rounding(raw)
    found = accrue(contract, rounding)
    per_period = rounding.money(found.asset / contract.periods) if contract.periods else ZERO
    months = contract.months or contract.periods
    values: Tree = {
        "asset": found.asset,
        "expensed_now": found.expensed_now,
        "schedule": list(found.schedule),
        "remaining": found.remaining,
        "accrued": found.accrued,
        "per_month": rounding.money(found.asset / months) if months else ZERO,
        "per_period": per_period,
        "last_period": found.schedule[-1] if found.schedule else ZERO,
    }
    asked = raw.get("expected", {}).get("values", {})
    return {"values": values | {name: values[_meant(name)] for name in asked if _meant(name)}}


def _each_once(field: str, names: Sequence[str]) -> None:
    """Two of one name would be told as one; which of them is meant is not for us to guess."""
    twice = next((name for name, times in Counter(names).items() if name and times > 1), None)
    if twice is not None:
        said = N_("“%(field)s” has “%(name)s” twice. Give each a name of its own.")
        raise fault("listed_twice", said, field=field, name=twice)


def _meant(name: str) -> str:
    """The value a differently worded name asks for; empty when its words tell nothing."""
    words = set(name.lower().split("_"))
    return next((value for value, told in _MEANINGS if words & told), "") if name else ""


def attainment(raw: Mapping[str, Any]) -> Tree:
    stream = stream_from(raw["attainment"])
    _each_once("events", [event.id for event in stream.events])
    after = positions(stream)
    shares = {name: value / stream.quota for name, value in after.items()} if stream.quota else {}
    return {"after": dict(after), "attainment": shares}


MODES: Mapping[str, Callable[[Mapping[str, Any]], Tree]] = {
    "calc": calc,
    "payment": payment,
    "trigger": trigger,
    "clawback": clawback,
    "retro": retro,
    "proration": proration,
    "accounting": accounting,
    "attainment": attainment,
}
# The first value of which a word is told wins.
_MEANINGS: tuple[tuple[str, frozenset[str]], ...] = (
    ("schedule", frozenset({"schedule"})),
    ("last_period", frozenset({"last"})),
    ("remaining", frozenset({"remaining", "carrying", "unamortized", "unamortised"})),
    ("per_period", frozenset({"period", "amortization", "amortisation", "amortize", "amortise"})),
    ("per_month", frozenset({"month", "monthly"})),
    ("asset", frozenset({"asset", "capitalised", "capitalized"})),
    ("expensed_now", frozenset({"expense", "expensed"})),
)


def _rounding(raw: Mapping[str, Any]) -> Rounding:
    return rounding_from(raw["rounding"]) if raw.get("rounding") else Rounding()


def _periods(raw: Mapping[str, Any], rules: Sequence[PaymentRule], earnings: Any) -> Tree:
    periods = earnings_from(earnings)
    _each_once("earnings", [one.period for one in periods])
    pays = pay_in_turn(rules, periods, _rounding(raw))
    last: Mapping[str, Fraction] = pays[-1].values if pays else {}
    return {
        "by_period": {pay.period: _named(pay) for pay in pays},
        "paid_total": sum((pay.payment for pay in pays), ZERO),
        "total": sum((pay.payment for pay in pays), ZERO),
        "final": dict(last),
        "outstanding": last.get("outstanding"),
        "balance": last.get("balance"),
        "carry": last.get("carry"),
    }


def _named(pay: PeriodPay) -> Tree:
    tree: Tree = {**pay.values, "payment": pay.payment, "earned": pay.earned}
    tree |= {"paid": pay.payment, "payout": pay.payment}
    for name, same in _SAME_BALANCE.items():
        if same in tree:
            tree.setdefault(name, tree[same])
    return tree
