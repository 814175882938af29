"""The rate table: how a position in the window becomes money.

mode     slab               marginal: each part of the amount at the value of its own tier
         whole              retroactive: the whole window at the value of the tier reached
         running            each row at the value of its own position (depends on order)
         overage_at_top     quota part at base, the whole overage at the tier reached
         interp_sum         full tiers passed plus the fraction of the one being filled
         interp_points      a straight line between points of attainment and pay
         milestone          the amount of the highest tier reached, or the sum of all reached
         proportional_ti    attainment x target incentive, from a floor
         matrix             a value looked up by two measures
boundary which tier owns the exact edge: lower_inclusive from <= x < to, upper_inclusive from < x <= to,
         both_inclusive from <= x <= to where the first match wins
axis     amount, or attainment (bounds are shares of the quota)
value    what a tier's number is: rate, amount, multiplier of the base rate, blended_rate,
         percent_of_target
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.numbers import exact
from tonglu.kernel.text import N_

from .reading import Field, many, one_of, read, text, words

LOWER, UPPER, BOTH = "lower_inclusive", "upper_inclusive", "both_inclusive"

MODE_WORDS = words(
    slab="marginal step split cumulative graduated progressive 超额累进",
    whole="retroactive flat_tier not_split non_cumulative full lookup 全额累进 全额",
    running="row each_row",
    overage_at_top="overage",
    interp_sum="interpolated_sum proportional_split interp",
    interp_points="points curve payout_curve interpolated_points",
    milestone="milestones step_bonus",
    proportional_ti="proportional",
    matrix="grid",
)
_MODE = one_of(MODE_WORDS)
_BOUNDARY = one_of(
    words(
        lower_inclusive="lower higher_tier left_closed",
        upper_inclusive="upper lower_tier tiebreak_below right_closed",
        both_inclusive="both inclusive closed",
    )
)
_VALUE = one_of(
    words(
        rate="percent percentage",
        amount="fixed money fixed_amount",
        multiplier="factor",
        blended_rate="blended",
        percent_of_target="pct_ti percent_ti ti_pct pct_of_ti percent_of_ti target_percent",
    )
)
_GAP = one_of(
    {"0": "zero"}
    | words(zero="none pay_zero", previous="lower_tier", next="higher_tier", error="refuse")
)
_REACHED = one_of(
    {"true": "sum", "false": "highest"}
    | words(
        highest="top last max",
        sum="all cumulative each every sum_all all_reached sum_of_all sum_reached stacked additive",
    )
)


@dataclass(frozen=True, kw_only=True)
class Tier:
    lo: Fraction
    hi: Fraction | None
    value: Fraction

    def holds(self, x: Fraction, boundary: str) -> bool:
        above = x > self.lo if boundary == UPPER else x >= self.lo
        if self.hi is None:
            return above
        return above and (x < self.hi if boundary == LOWER else x <= self.hi)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One dimension of a matrix: the measure looked up and the lower bounds of its cells."""

    metric: str
    bounds: tuple[Fraction, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    mode: str
    tiers: tuple[Tier, ...] = ()
    points: tuple[tuple[Fraction, Fraction], ...] = ()
    boundary: str | None = None
    axis: str | None = None
    value: str | None = None
    gap: str | None = None
    below: str | Fraction | None = None
    above: str | Fraction | None = None
    floor: Fraction | None = None
    ceiling: Fraction | None = None
    reached: str = "highest"
    at: str = "after"
    rows: Axis | None = None
    columns: Axis | None = None
    values: tuple[tuple[Fraction, ...], ...] = ()

    @property
    def edge(self) -> str:
        return self.boundary or LOWER


def tier_from(raw: Any) -> Tier:
    """[from, to|null, value], or the same by name."""
    if isinstance(raw, Mapping):
        known = read(_TIER, raw, "Tier")
        return Tier(lo=known.get("from", Fraction(0)), hi=known.get("to"), value=known["value"])
    if len(raw) != 3:
        raise fault("bad_tier", N_("A tier is [from, to, value]; got %(tier)s."), tier=str(raw))
    return Tier(lo=exact(raw[0] or 0), hi=_open_end(raw[1]), value=exact(raw[2]))


def tiers_from(raw: Any) -> tuple[Tier, ...]:
    """Tiers from the lowest up; [from, value] reaches to the next one's beginning."""
    items = _joined([_by_name(item) for item in raw])
    if len(items) > 1 and all(isinstance(item, (list, tuple)) and len(item) == 2 for item in items):
        starts = sorted(items, key=lambda item: exact(item[0]))
        ends = [*(start for start, _ in starts[1:]), None]
        items = [[start, end, value] for (start, value), end in zip(starts, ends, strict=True)]
    return tuple(sorted((tier_from(item) for item in items), key=lambda tier: tier.lo))


def _by_name(raw: Any) -> Any:
    """A tier told by names, under the names that it has here."""
    if not isinstance(raw, Mapping):
        return raw
    names = {other: name for name, field in _TIER.items() for other in (name, *field.also)}
    return {names.get(str(key), key): value for key, value in raw.items()}


def _joined(items: list[Any]) -> list[Any]:
    """Named tiers that tell only where they begin, or only where they end, reach to their neighbours."""
    if len(items) < 2 or not all(isinstance(item, Mapping) for item in items):
        return items
    if not any("to" in item for item in items) and all("from" in item for item in items):
        placed = sorted(items, key=lambda item: exact(item["from"] or 0))
        ends = [*(item["from"] for item in placed[1:]), None]
        return [{**item, "to": end} for item, end in zip(placed, ends, strict=True)]
    if not any("from" in item for item in items):
        placed = sorted(items, key=_end_of)
        starts = [0, *(item.get("to") for item in placed[:-1])]
        return [{**item, "from": start} for item, start in zip(placed, starts, strict=True)]
    return items


def _end_of(item: Mapping[str, Any]) -> tuple[bool, Fraction]:
    end = _open_end(item.get("to"))
    return end is None, end or Fraction(0)


def _open_end(raw: Any) -> Fraction | None:
    """Nothing, or a word for it, leaves a tier open upwards."""
    return None if str(raw).strip().lower() in _NO_END else exact(raw)


def table_from(raw: Any) -> Table:
    if isinstance(raw, Mapping) and str(raw.get("mode")).lower() in _SUMMED_MILESTONES:
        raw = {"reached": "sum", **raw, "mode": "milestone"}
    known = read({**SPEC, **_ORDER_TOLD}, raw, "Table")
    known.pop("order_key", None)
    if "mode" not in known:
        raise fault("no_mode", N_("A rate table must name its mode."))
    return Table(**known)


def points_from(raw: Any) -> tuple[tuple[Fraction, Fraction], ...]:
    """Pairs of position and height: lists, names, or one set of position: height."""
    pairs = raw.items() if isinstance(raw, Mapping) else (_point(item) for item in raw)
    return tuple((exact(x), exact(y)) for x, y in pairs)


def _point(raw: Any) -> tuple[Any, Any]:
    if not isinstance(raw, Mapping):
        x, y = raw
        return x, y
    known = read(_POINT, raw, "Point")
    return known["x"], known["y"]


def _end(raw: Any) -> str | Fraction:
    """What a curve does past its ends: flat, extrapolate, or a fixed value."""
    if isinstance(raw, str) and raw.lower() in _END_WORDS:
        return _END_WORDS[raw.lower()]
    return exact(raw)


def _bound(raw: Any) -> Fraction:
    """Where a cell begins; a cell told by both of its ends reaches to the next one."""
    return exact(raw[0] or 0) if isinstance(raw, (list, tuple)) else exact(raw)


def _axis_from(raw: Any) -> Axis:
    known = read(_AXIS, raw, "Matrix axis")
    return Axis(metric=known["metric"], bounds=known["bounds"])


_NO_END = frozenset({"none", "", "inf", ".inf", "infinity", "∞", "up", "and_up", "above", "以上"})
_END_WORDS = words(flat="cap last hold constant", extrapolate="linear extend")
_TIER = {
    "from": Field(exact, ("lo", "low", "min", "lower", "at", "over")),
    "to": Field(_open_end, ("hi", "high", "max", "upper", "up_to", "upto")),
    "value": Field(exact, ("rate", "amount", "multiplier", "factor")),
}
_POINT = {
    "x": Field(exact, ("at", "attainment", "from", "position", "amount")),
    "y": Field(exact, ("pay", "payout", "value", "rate", "to", "height")),
}
# Rows count by their day in every table; a table may say so, and can say nothing else.
_ORDER_TOLD = {"order_key": Field(one_of(words(date="day transaction_date")), ("order_by",))}
_SUMMED_MILESTONES = frozenset(
    {
        "milestone_sum",
        "milestones_sum",
        "milestone_all",
        "sum_milestones",
        "milestone_cumulative",
        "cumulative_milestone",
    }
)
_AXIS = {
    "metric": Field(text, ("measure", "name", "axis", "field")),
    "bounds": Field(many(_bound), ("from", "tiers")),
}
SPEC = {
    "mode": Field(_MODE),
    "tiers": Field(tiers_from, ("steps", "bands", "milestones")),
    "points": Field(points_from, ("curve",)),
    "boundary": Field(_BOUNDARY, ("boundaries", "edge", "tiebreak")),
    "axis": Field(one_of(words(amount="credit value sum", attainment="quota percent_of_quota"))),
    "value": Field(_VALUE, ("value_kind", "values_are", "unit", "value_type")),
    "gap": Field(_GAP, ("gaps", "on_gap")),
    "below": Field(_end),
    "above": Field(_end),
    "floor": Field(exact, ("threshold", "min", "minimum")),
    "ceiling": Field(exact, ("cap", "max", "maximum")),
    "reached": Field(
        lambda raw: _REACHED(str(raw).lower()),
        (
            "pay",
            "award",
            "select",
            "pick",
            "payout",
            "stack",
            "stacking",
            "cumulative",
            "sum",
            "accumulate",
            "aggregate",
            "combine",
            "pays",
            "policy",
            "rule",
            "each",
            "additive",
            "sum_all",
            "sum_reached",
        ),
    ),
    "at": Field(one_of(words(after="position_after", before="position_before"))),
    "rows": Field(_axis_from, ("row",)),
    "columns": Field(_axis_from, ("column", "cols")),
    "values": Field(lambda raw: tuple(tuple(exact(v) for v in line) for line in raw), ("cells",)),
}
