"""The words of a payment rule, and one period's earnings and payment.

cap                        no period pays more than `amount`; the excess is carried forward or forfeited
draw_recoverable           at least `amount`; the shortfall is owed and recovered from what exceeds it
draw_recoverable_forgiven  the same for a term, and what is still owed at its end is forgiven
draw_nonrecoverable        at least `amount`, nothing is owed; `guarantee` is the same for a term
draw_delayed               exactly `amount` inside an interval, settled at its end
holdback                   `pct` of earnings is held and released later (风险金), at once or by `releases`, shares of the hold
negative_carry             never pay below zero; the rest is carried into the next period
true_up                    earnings are entitlements to date; pay the change
offset                     recover what is owed, at most a share of each payment
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.reading import (
    Field,
    Spec,
    flag,
    many,
    one_of,
    read,
    text,
    texts,
    whole,
    words,
)
from tonglu.compensation.core.numbers import ONE, ZERO, exact
from tonglu.kernel.text import N_

TYPES = words(
    cap="payment_cap",
    draw_recoverable="recoverable_draw recoverable draw",
    draw_recoverable_forgiven="recoverable_forgiven draw_forgiven",
    draw_nonrecoverable="draw_non_recoverable nonrecoverable_draw non_recoverable_draw nonrecoverable",
    guarantee="minimum_guarantee floor",
    draw_delayed="draw_recoverable_delayed delayed_draw delayed",
    holdback="hold hold_back retention 风险金",
    negative_carry="carry_negative negative_balance",
    true_up="ytd_true_up trueup",
    offset="clawback_offset recovery",
    none="pass",
)


_NEED_AN_AMOUNT = frozenset(
    {
        "cap",
        "draw_recoverable",
        "draw_recoverable_forgiven",
        "draw_nonrecoverable",
        "draw_delayed",
        "guarantee",
    }
)


_OF_HOLDS = frozenset({"forfeit", "release"})


@dataclass(frozen=True, kw_only=True)
class Tranche:
    pct: Fraction
    after: int | None = None
    at: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentRule:
    type: str
    amount: Fraction = ZERO
    term: int | None = None
    start: int = 1
    opening: Fraction = ZERO
    recover_pct: Fraction = ONE
    recovery_start: str = ""
    recovery_cap: Fraction | None = None
    carries: bool = False
    pct: Fraction | None = None
    tranches: tuple[Tranche, ...] = ()
    releases: tuple[Tranche, ...] = ()
    release_after: int | None = None
    release_at: tuple[str, ...] = ()
    forgive: bool = False
    never_negative: bool = False
    maximum: Fraction | None = None
    on_leave: str = "forgive"
    """What becomes of a leaver's debt; of a holdback, whether it is forfeited or released (otherwise it waits)."""


@dataclass(frozen=True, kw_only=True)
class Earning:
    """`settle` closes the interval of a delayed draw; `release` lets all holds go; `leaver` ends a draw."""

    period: str
    amount: Fraction
    settle: bool = False
    release: bool = False
    leaver: bool = False


@dataclass(frozen=True, kw_only=True)
class PeriodPay:
    """`values` holds the balances of the rule after the period: balance, carry, held, recovered ..."""

    period: str
    earned: Fraction
    payment: Fraction
    values: Mapping[str, Fraction] = field(default_factory=dict)


def rule_from(raw: Any) -> PaymentRule:
    known = read(_RULE, raw, "Payment rule")
    if "type" not in known:
        raise fault("no_payment_type", N_("A payment rule must name its type."))
    end = known.pop("end", None)
    if end is not None:
        known["term"] = end - known.get("start", 1) + 1
    if sum((part.pct for part in known.get("releases", ())), ZERO) > ONE:
        raise fault("bad_releases", N_("The releases of a holdback add up to more than the hold."))
    if known["type"] != "holdback" and known.get("on_leave") in _OF_HOLDS:
        raise fault(
            "bad_on_leave",
            N_("Only what is held can be %(word)s when somebody leaves; a debt is “%(known)s”."),
            word=known["on_leave"],
            known="forgive, keep, deduct",
        )
    if known["type"] in _NEED_AN_AMOUNT and "amount" not in known:
        raise fault(
            "no_payment_amount",
            N_("A payment rule of type %(type)s needs an amount."),
            type=known["type"],
        )
    return PaymentRule(**known)


def in_force(rule: PaymentRule, index: int) -> bool:
    """Whether the rule holds in the period counted from one."""
    last = last_of_term(rule)
    return rule.start <= index and (last is None or index <= last)


def last_of_term(rule: PaymentRule) -> int | None:
    """The last period of the rule, counted from one; none where it goes on."""
    return None if rule.term is None else rule.start + rule.term - 1


def earning_from(raw: Any) -> Earning:
    return Earning(**read(_EARNING, raw, "Earning"))


def earnings_from(raw: Any) -> list[Earning]:
    """Earnings in turn: named fields, bare amounts, or a set of period: amount."""
    if isinstance(raw, Mapping):
        raw = [{"period": period, "amount": amount} for period, amount in raw.items()]
    named = (
        item if isinstance(item, Mapping) else {"period": index, "amount": item}
        for index, item in enumerate(raw, start=1)
    )
    return [earning_from(item) for item in named]


def _carries(raw: Any) -> bool:
    return flag(raw) if isinstance(raw, bool) else _EXCESS(raw) == "carry_forward"


def _tranche(raw: Any) -> Tranche:
    return Tranche(**read(_TRANCHE, raw, "Holdback part"))


_EXCESS = one_of(
    words(
        carry_forward="carry later pay_later refundable carry_over",
        forfeit="lost forfeited drop none",
    )
)
_TRANCHE: Spec = {
    "pct": Field(exact, ("percent", "share")),
    "after": Field(whole, ("release_after", "periods")),
    "at": Field(texts, ("release_at", "release_on", "release_period")),
    "name": Field(text, ("id", "title")),
}
_RULE: Spec = {
    "type": Field(one_of(TYPES), ("kind", "rule")),
    "amount": Field(exact, ("minimum", "min", "draw", "guarantee", "cap", "limit", "owed")),
    "term": Field(whole, ("periods", "term_periods", "duration")),
    "end": Field(whole, ("end_period", "last_period")),
    "on_leave": Field(
        one_of(
            words(
                forgive="write_off writeoff forgiven",
                keep="owe invoice carry wait",
                deduct="recover",
                forfeit="forfeited lose lost",
                release="released pay",
            )
        ),
        ("on_leaving", "leaver", "at_leaving"),
    ),
    "start": Field(whole, ("start_period",)),
    "opening": Field(
        exact, ("balance", "opening_balance", "start_balance", "carry", "opening_carry")
    ),
    "recover_pct": Field(exact, ("recovery_pct", "recovery_percent", "recover_percent")),
    "recovery_start": Field(text, ("recover_from", "recovery_from", "recovery_start_period")),
    "recovery_cap": Field(exact, ("max_recovery", "recover_max", "recovery_limit")),
    "carries": Field(_carries, ("excess", "refundable", "carry_forward")),
    "pct": Field(exact, ("percent", "hold_pct", "max_pct", "share")),
    "tranches": Field(many(_tranche), ("parts", "holds", "splits", "components")),
    "releases": Field(many(_tranche), ("release_schedule",)),
    "release_after": Field(whole, ("release", "release_periods")),
    "release_at": Field(texts, ("release_on", "release_period")),
    "forgive": Field(flag, ("forgive_balance", "forgiven")),
    "never_negative": Field(flag, ("floor_zero",)),
    "maximum": Field(exact, ("max", "max_payment", "maximum_payment")),
}
_EARNING: Spec = {
    "period": Field(text, ("id", "month")),
    "amount": Field(exact, ("earned", "earnings", "value", "entitlement")),
    "settle": Field(flag, ("interval_end", "settlement")),
    "release": Field(flag, ("release_holds",)),
    "leaver": Field(flag, ("leave", "left", "terminated")),
}
