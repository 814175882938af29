"""A plan version over a whole book: positions by running sums, pay by column arithmetic, money rounded once.

volume = evaluate_volume(version, book)      # raises PayFault when `refusals` has something to say
volume.rows       component, fact, payee, window, before, after, amount (hundredths)
volume.payouts    component, payee, amount (hundredths)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from tonglu.compensation.core.context import Context
from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.amounts import NO_AMOUNTS
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.measure import MONEY
from tonglu.compensation.core.model.plan import PlanVersion
from tonglu.compensation.core.model.rules import PerEvent, Rate, Rollup, Rule
from tonglu.compensation.core.model.table import Table
from tonglu.compensation.core.rounding import Rounding
from tonglu.compensation.core.scene import Scene
from tonglu.kernel.text import N_

from .book import MEASURES, MINOR
from .curves import MODES, Worth, flat, running
from .entries import entries, in_counting_order, readable
from .indirect import event_rows, override_rows
from .lines import LINES
from .matrices import matrix
from .modifiers import is_amount, is_plain, modified
from .ratio import WIDE, Ratio, at_once, in_width, rounded, wide
from .sides import is_whole
from .terms import KEYS, NUMBERS, Scale, joined
from .width import check_width

_ALL_MODES = {**MODES, **LINES, "matrix": matrix}
Builder = Callable[[Component, Scene, pl.DataFrame], tuple[pl.DataFrame, int]]


@dataclass(frozen=True)
class Volume:
    """`units` component -> the parts of one in which `before` and `after` are counted."""

    rows: pl.DataFrame
    payouts: pl.DataFrame
    units: dict[str, int]


def refusals(version: PlanVersion) -> tuple[str, ...]:
    """What of this version the twin leaves to the exact reference; nothing means it can run."""
    found = [f"{c.id}: {why}" for c in version.components for why in _reasons(c)]
    if version.caps or version.floors:
        found.append("plan: cap or floor")
    rounding = version.rounding
    if (rounding.scale, rounding.mode, rounding.shares) != (2, "half_up", "independent"):
        found.append("plan: rounding")
    return tuple(found)


def evaluate_volume(
    version: PlanVersion, book: pl.DataFrame, context: Context | None = None
) -> Volume:
    """Rows and payouts of every component."""
    refused = refusals(version)
    if refused:
        raise fault(
            "not_in_volume",
            N_("The fast engine leaves this to the exact one: %(why)s."),
            why="; ".join(refused),
        )
    scene = Scene(version=version, facts=(), context=context or Context())
    ordered = in_counting_order(book)
    parts = [component_lines(component, scene, ordered) for component in version.components]
    rows = pl.concat([frame for frame, _ in parts])
    units = {c.id: unit for c, (_, unit) in zip(version.components, parts, strict=True)}
    return Volume(rows=rows.drop("paid"), payouts=payouts_of(rows), units=units)


def payouts_of(rows: pl.DataFrame) -> pl.DataFrame:
    """What each person is paid of each component: the money so far of the last row."""
    groups = rows.group_by("component", "payee", maintain_order=True)
    return groups.agg(pl.col("paid").last().alias("amount"))


def refused_components(version: PlanVersion) -> set[str]:
    """The components that the twin leaves to the exact reference."""
    return {component.id for component in version.components if _reasons(component)}


def component_lines(
    component: Component, scene: Scene, book: pl.DataFrame
) -> tuple[pl.DataFrame, int]:
    """The rows of one component over a book in counting order, and the unit of their positions."""
    frame, unit = _KINDS[component.kind](component, scene, book)
    with in_width(frame.schema["num"]):
        done = _money(modified(component, frame.lazy()), scene.version.rounding)
    chosen = done.select(
        pl.lit(component.id).alias("component"),
        "fact", "payee", "window", pl.col("before", "after").cast(WIDE),
        pl.col("amount").cast(pl.Int64),
        pl.col("paid").cast(pl.Int64),
    )  # fmt: skip
    return at_once(chosen), unit


def _rate_rows(component: Component, scene: Scene, book: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """A payee's own credits moved along the curve of the table."""
    table = spelled_out(component)
    found, unit = entries(component, book)
    frame, scale = joined(component, table, scene, found, unit)
    kind = check_width(component, table, frame, scale, unit)
    with in_width(kind):
        cast = frame.lazy().with_columns(pl.col("credit", *NUMBERS).cast(kind))
        placed = _positions(cast, scale, unit)
        pay = _pay(table, scale)
        priced = placed.with_columns(
            pay.num.cast(kind).alias("num"), pay.den.cast(kind).alias("den")
        )
    return at_once(priced), scale.position


def _positions(frame: pl.LazyFrame, scale: Scale, unit: int) -> pl.LazyFrame:
    lift = scale.position // unit
    counted = pl.col("credit") * wide(lift) if lift > 1 else pl.col("credit")
    after = pl.col("start") + counted.cum_sum().over(*KEYS)
    return frame.with_columns(after.alias("after")).with_columns(
        (pl.col("after") - counted).alias("before")
    )


def _pay(table: Table | None, scale: Scale) -> Ratio:
    before, after = pl.col("before"), pl.col("after")
    if table is not None and table.mode == "running":
        return running(table, scale, before, after)
    worth: Worth = flat(scale) if table is None else _ALL_MODES[table.mode](table, scale)
    start, end = worth(before), worth(after)
    return Ratio(end.num - start.num, end.den)


def _money(frame: pl.LazyFrame, rounding: Rounding) -> pl.LazyFrame:
    """`amount` per row and `paid`, the money of the payee's component so far."""
    num, den = pl.col("num") * wide(MINOR), pl.col("den")
    cents = rounded(num, den)
    if rounding.stage == "transaction":
        return frame.with_columns(cents.alias("amount")).with_columns(
            pl.col("amount").cum_sum().over("payee").alias("paid")
        )
    frame = frame.with_columns(pl.col("num").cum_sum().over("payee").alias("sum"))
    total = rounded(pl.col("sum") * wide(MINOR), den)
    before = rounded((pl.col("sum") - pl.col("num")) * wide(MINOR), den)
    row = total - before if rounding.stage == "telescoping" else cents
    return frame.with_columns(total.alias("paid"), row.alias("amount"))


# A field of a plan's own stands in the book as it was given, not in hundredths.
_COUNTABLE = MEASURES | {"count", "new_customer", "margin"}


def _reasons(component: Component) -> list[str]:
    rule = component.rule
    limits = (*component.caps, *component.floors)
    checks = {
        f"kind {component.kind}": component.kind not in _KINDS,
        "gates": bool(component.gates),
        "credit factors": bool(component.credit_factors),
        "multipliers": not all(is_plain(multiplier) for multiplier in component.multipliers),
        "caps": not all(is_amount(limit) for limit in limits),
        "filter": not readable(component.filter),
        "measure": component.measure.name not in _COUNTABLE,
        "rule": _odd_rule(rule) or _counts_quantity(component),
        "start": component.kind == "per_event" and component.starting_value != NO_AMOUNTS,
        "table": isinstance(rule, Rate) and rule.table is not None and _unreadable(rule.table),
    }
    return [why for why, holds in checks.items() if holds]


def _odd_rule(rule: Rule) -> bool:
    """The parts of each kind that only the exact engine knows."""
    match rule:
        case Rate(threshold=threshold, attainment_cap=cap):
            return threshold is not None or cap is not None
        case PerEvent(table=table, most=most, by_credit=by_credit):
            return table is not None or most is not None or by_credit
        case Rollup(table=table, basis=basis, base_rate=base):
            return (
                table is not None or basis != "amount" or (base is not None and base.by_name != ())
            )
    return False


def _counts_quantity(component: Component) -> bool:
    name = component.measure.name
    return component.kind == "per_event" and name not in MONEY and name != "count"


def _unreadable(table: Table) -> bool:
    known = table.mode in _ALL_MODES or table.mode == "running"
    if table.mode == "matrix" and not is_whole(table):
        return True
    return not known or table.gap in ("previous", "next", "error")


def spelled_out(component: Component) -> Table | None:
    """The table with what the exact engine infers from quota and target written down."""
    rule = component.rule
    table = rule.table if isinstance(rule, Rate) else None
    if table is None or table.mode not in ("interp_points", "interp_sum", "milestone"):
        return table
    if table.mode == "interp_points" and table.axis is None:
        table = replace(table, axis="amount" if component.quota == NO_AMOUNTS else "attainment")
    if table.value is not None:
        return table
    if component.target_incentive != NO_AMOUNTS:
        return replace(table, value="percent_of_target")
    based = isinstance(rule, Rate) and rule.base_rate is not None
    lines = table.mode == "interp_points"
    return replace(table, value="rate" if based and lines else "amount")


_KINDS: Mapping[str, Builder] = {
    "rate": _rate_rows,
    "rollup": override_rows,
    "per_event": event_rows,
}
