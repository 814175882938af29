"""The kinds of component: each is one way from credits to pay.

rate        a rate or a rate table on the payee's own credits (the usual commission)
per_event   a fixed amount for each qualifying fact (meeting booked, unit sold)
linear      fixed + rate x (amount - free amount) + quantity rate x (quantity - free quantity), clamped
rollup      a manager's override on what people below sold, or on their commission
pool        a team amount divided by weights, to the cent
rank        prizes for places; who ties shares the prizes of the tied places
mbo         a target amount paid by weighted goals
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.numbers import ONE, ZERO, exact, exact_or_none

from .amounts import NO_AMOUNTS, Amounts, amounts_from
from .modifiers import Threshold, threshold_from
from .reading import Field, Spec, flag, one_of, read, text, texts, whole, words
from .table import Table, table_from


@dataclass(frozen=True, kw_only=True)
class Rate:
    base_rate: Amounts | None = None
    table: Table | None = None
    threshold: Threshold | None = None
    attainment_cap: Fraction | None = None
    individual_rate: bool = False


@dataclass(frozen=True, kw_only=True)
class PerEvent:
    """A fixed `amount` each, or a `table` over the number of events in the window."""

    amount: Amounts = NO_AMOUNTS
    table: Table | None = None
    most: int | None = None
    by_credit: bool = False


@dataclass(frozen=True, kw_only=True)
class Linear:
    fixed: Fraction = ZERO
    rate: Fraction = ZERO
    amount_free: Fraction = ZERO
    quantity_free: Fraction = ZERO
    quantity_rate: Fraction = ZERO
    least: Fraction | None = None
    most: Fraction | None = None
    positive_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Rollup:
    """`basis` is "amount", "commission" (all earned by the seller) or the id of a component."""

    levels: tuple[Fraction, ...] = ()
    base_rate: Amounts | None = None
    table: Table | None = None
    basis: str = "amount"
    most_levels: int | None = None
    stop_at: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A fixed `amount`, or `rate` of the team's measured credits or of a component's pay."""

    weights: tuple[tuple[str, Fraction], ...]
    amount: Fraction | None = None
    rate: Fraction | None = None
    of: str | None = None
    achievement: Fraction | str = ONE
    rounding: str = "largest_remainder"


@dataclass(frozen=True, kw_only=True)
class Rank:
    prizes: tuple[Fraction, ...]
    ties: str = "share"
    least: Fraction | None = None
    direction: str = "most"


@dataclass(frozen=True, kw_only=True)
class Objective:
    weight: Fraction
    score: Fraction | str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Mbo:
    target: Amounts
    objectives: tuple[tuple[str, tuple[Objective, ...]], ...]
    most_score: Fraction | None = None


EVERYBODY = "*"
Rule = Rate | PerEvent | Linear | Rollup | Pool | Rank | Mbo


def _number_or_metric(raw: Any) -> Fraction | str:
    """A number, or the name of the payee's metric that holds it."""
    try:
        return exact(raw)
    except PayFault:
        return str(raw)


def _level(raw: Any) -> Fraction:
    return exact(raw["rate"] if isinstance(raw, Mapping) else raw)


def _levels(raw: Any) -> tuple[Fraction, ...]:
    """One rate per level up; a single rate is the first level's."""
    if isinstance(raw, Mapping):
        raw = list(raw.values())
    return tuple(_level(item) for item in (raw if isinstance(raw, (list, tuple)) else [raw]))


def _basis(raw: Any) -> str:
    """What an override is taken of; words for the sale itself all mean its amount."""
    return "amount" if str(raw) in _OF_SALE else str(raw)


def _weights(raw: Any) -> tuple[tuple[str, Fraction], ...]:
    if isinstance(raw, Mapping):
        return tuple((str(payee), exact(weight)) for payee, weight in raw.items())
    pairs = [
        (item, 1) if isinstance(item, str) else (item["payee"], item["weight"]) for item in raw
    ]
    return tuple((str(payee), exact(weight)) for payee, weight in pairs)


def _objectives(raw: Any) -> tuple[tuple[str, tuple[Objective, ...]], ...]:
    """Goals by payee; one list is everybody's."""
    by_payee = raw if isinstance(raw, Mapping) else {EVERYBODY: raw}
    return tuple(
        (str(payee), tuple(Objective(**read(_OBJECTIVE, item, "Objective")) for item in goals))
        for payee, goals in by_payee.items()
    )


_OF_SALE = frozenset({"amount", "sale", "sales", "revenue", "transaction", "volume", "credit"})
_OBJECTIVE: Spec = {
    "weight": Field(exact, ("pct",)),
    "score": Field(_number_or_metric, ("achievement", "result", "metric")),
    "name": Field(text, ("title", "id", "goal")),
}
_RATE: Spec = {
    "base_rate": Field(amounts_from, ("rate", "base")),
    "table": Field(table_from, ("rate_table",)),
    "threshold": Field(threshold_from),
    "attainment_cap": Field(exact, ("cap_attainment",)),
    "individual_rate": Field(flag, ("icr", "individual_commission_rate")),
}
_PER_EVENT: Spec = {
    "amount": Field(amounts_from, ("value", "per_event", "rate")),
    "table": Field(table_from, ("rate_table",)),
    "most": Field(whole, ("max_events", "limit", "max_count")),
    "by_credit": Field(flag, ("split", "prorate_by_credit", "pro_rata")),
}
_LINEAR: Spec = {
    "fixed": Field(exact, ("fixed_amount",)),
    "rate": Field(exact, ("base_rate", "amt_multiplier", "amt_rate", "multiplier")),
    "amount_free": Field(exact, ("amt_subtract", "amount_subtract", "subtract")),
    "quantity_free": Field(exact, ("qty_subtract", "quantity_subtract")),
    "quantity_rate": Field(exact, ("qty_rate", "qty_multiplier")),
    "least": Field(exact_or_none, ("min", "minimum", "min_amount")),
    "most": Field(exact_or_none, ("max", "maximum", "max_amount")),
    "positive_only": Field(flag, ("positive",)),
}
_ROLLUP: Spec = {
    "levels": Field(_levels, ("rates",)),
    "base_rate": Field(amounts_from, ("rate",)),
    "table": Field(table_from, ("rate_table",)),
    "basis": Field(
        _basis,
        (
            "base",
            "on",
            "of",
            "source",
            "component",
            "source_component",
            "from_component",
            "of_component",
            "on_component",
            "applies_to",
            "based_on",
        ),
    ),
    "most_levels": Field(whole, ("max_levels", "depth", "stop_level")),
    "stop_at": Field(texts, ("stop",)),
}
_POOL: Spec = {
    "weights": Field(_weights, ("shares", "members")),
    "amount": Field(exact, ("fund", "pool")),
    "rate": Field(exact, ("base_rate", "pct")),
    "of": Field(text, ("basis", "component", "on", "source", "from")),
    "rounding": Field(
        one_of(words(largest_remainder="hamilton remainder", independent="each half_up"))
    ),
    "achievement": Field(_number_or_metric, ("attainment", "factor")),
}
_RANK: Spec = {
    "prizes": Field(lambda raw: tuple(exact(prize) for prize in raw), ("places", "amounts")),
    "ties": Field(
        one_of(
            words(
                share="split average shared",
                same="full each both",
                first="first_reached earliest order",
            )
        ),
        ("tie", "on_tie", "tie_rule"),
    ),
    "least": Field(exact, ("min", "minimum", "qualify", "min_measure")),
    "direction": Field(
        one_of(words(most="desc descending highest", least="asc ascending lowest")),
        ("order", "sort"),
    ),
}
_MBO: Spec = {
    "target": Field(amounts_from, ("target_incentive", "amount", "target_amount")),
    "objectives": Field(_objectives, ("goals",)),
    "most_score": Field(exact, ("max_score", "score_cap")),
}
KINDS: Mapping[str, tuple[Callable[..., Rule], Spec]] = {
    "rate": (Rate, _RATE),
    "per_event": (PerEvent, _PER_EVENT),
    "linear": (Linear, _LINEAR),
    "rollup": (Rollup, _ROLLUP),
    "pool": (Pool, _POOL),
    "rank": (Rank, _RANK),
    "mbo": (Mbo, _MBO),
}
KIND_WORDS = words(
    rate="commission standard flat table bonus",
    per_event="event per_unit spif",
    linear="formula_linear term_stack",
    rollup="override roll_up indirect",
    pool="team_pool",
    rank="contest ranking",
    mbo="goals objectives",
)
