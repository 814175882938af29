"""What may change a component's pay after its rate: gates, multipliers, caps and floors, thresholds.

gate        another measure must hold, or pay becomes nothing, or falls back to the base rate
multiplier  the pay times a factor found from a second measure
limit       a cap or a floor per transaction, per window (period) or over the plan; the excess of a
            refundable cap is remembered and may be paid later
threshold   nothing below; from there on pay from the first unit, or only for what lies above
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.numbers import ONE, exact

from .amounts import NO_AMOUNTS, Amounts
from .reading import Field, flag, one_of, read, text, words
from .table import SPEC as TABLE
from .table import Tier, points_from, tiers_from

OPERATORS = words(
    **{
        ">=": "ge gte at_least",
        ">": "gt above",
        "<=": "le lte at_most",
        "<": "lt below",
        "==": "= eq is equals",
        "!=": "<> ne not",
        "in": "one_of",
    }
)
_ON_FAIL = words(
    zero="none nothing 0 block pay_zero no_pay",
    first_tier="base base_rate base_only base_rate_only base_tier decelerate_to_base no_accelerator",
)


@dataclass(frozen=True, kw_only=True)
class Gate:
    """`metric` is a measure of the payee, `field` one of the transaction."""

    value: Any
    metric: str = ""
    field: str = ""
    op: str = ">="
    on_fail: str | Fraction = "zero"


@dataclass(frozen=True, kw_only=True)
class Multiplier:
    """`metric` is a measure of the payee, `field` one of the transaction; neither: the fixed `value`.

    As a credit factor it moves both attainment and pay, or only one of them.
    With an `op`, `value` is paid when the measure stands so to the `threshold`, else `otherwise`.
    """

    metric: str | None = None
    field: str | None = None
    tiers: tuple[Tier, ...] = ()
    points: tuple[tuple[Fraction, Fraction], ...] = ()
    value: Fraction | None = None
    boundary: str | None = None
    gap: str | None = None
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    moves: str = "both"
    op: str | None = None
    threshold: Any = None
    otherwise: Fraction = ONE


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A cap or floor: an amount, or a multiple of the target incentive; `start` is what was paid before it by payee and span."""

    amount: Fraction | None = None
    scope: str = "period"
    target_multiple: Fraction | None = None
    refundable: bool = False
    start: Amounts = NO_AMOUNTS


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """`axis` amount or attainment; undeclared it follows the size of the line (see component)."""

    value: Fraction
    axis: str | None = None
    pays: str = "all"


def gate_from(raw: Any) -> Gate:
    return Gate(**read(_GATE, raw, "Gate"))


def multiplier_from(raw: Any) -> Multiplier:
    if not isinstance(raw, Mapping):
        return Multiplier(value=exact(raw))
    if ("op" in raw or "operator" in raw) and "threshold" not in raw:
        raw = {**{k: v for k, v in raw.items() if k != "value"}, "threshold": raw.get("value")}
    return Multiplier(**read(_MULTIPLIER, raw, "Multiplier"))


def limit_from(raw: Any) -> Limit:
    return Limit(**read(_LIMIT, raw if isinstance(raw, Mapping) else {"amount": raw}, "Limit"))


def threshold_from(raw: Any) -> Threshold:
    """A line on the amount, or with `attainment` on the share of the quota."""
    known = read(_THRESHOLD, raw if isinstance(raw, Mapping) else {"value": raw}, "Threshold")
    if isinstance(raw, Mapping) and "attainment" in raw:
        known.setdefault("axis", "attainment")
    return Threshold(**known)


def _fail_from(raw: Any) -> str | Fraction:
    word = _ON_FAIL.get(str(raw).lower())
    if word is not None:
        return word
    if isinstance(raw, Mapping):
        raw = next((raw[name] for name in ("multiplier", "factor", "keep") if name in raw), None)
    return exact(raw)


def _refundable(raw: Any) -> bool:
    return flag(raw) if isinstance(raw, bool) else _EXCESS(raw) == "carry_forward"


_EXCESS = one_of(words(carry_forward="carry later refundable", forfeit="lost drop none"))


_GATE = {
    "metric": Field(text, ("measure", "name")),
    "field": Field(text, ("by",)),
    "op": Field(one_of(OPERATORS), ("operator",)),
    "value": Field(lambda raw: raw, ("threshold", "min", "at_least"), nothing=True),
    "on_fail": Field(_fail_from, ("otherwise", "else")),
}
_MULTIPLIER = {
    "metric": Field(text, ("measure",)),
    "field": Field(text, ("by",)),
    "tiers": Field(tiers_from, ("table",)),
    "points": Field(points_from, ("curve",)),
    "value": Field(exact, ("factor", "multiplier", "then")),
    "op": Field(one_of(OPERATORS), ("operator",)),
    "threshold": Field(lambda raw: raw),
    "otherwise": Field(exact, ("else",)),
    "moves": Field(
        one_of(words(both="all", attainment="quota credit", payout="pay money")),
        ("applies_to", "affects"),
    ),
    "boundary": TABLE["boundary"],
    "gap": TABLE["gap"],
    "minimum": Field(exact, ("min", "floor")),
    "maximum": Field(exact, ("max", "cap")),
}
_LIMIT = {
    "amount": Field(exact, ("value", "limit")),
    "scope": Field(
        one_of(
            words(
                transaction="deal row event",
                period="window component",
                month="monthly",
                quarter="quarterly",
                half="half_year",
                year="yearly annual",
                plan="all total",
                attainment="credit position",
            )
        ),
        ("per",),
    ),
    "target_multiple": Field(exact, ("multiple_of_target", "ti_multiple", "times_target")),
    "refundable": Field(_refundable, ("carry_forward", "excess")),
}
_THRESHOLD = {
    "value": Field(exact, ("at", "amount", "attainment", "min")),
    "axis": Field(one_of(words(amount="credit", attainment="quota"))),
    "pays": Field(
        one_of(words(all="from_first_dollar first_dollar from_zero", above="only_above excess")),
        ("mode",),
    ),
}
