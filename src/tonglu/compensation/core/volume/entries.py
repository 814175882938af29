"""From the book to entries: which lines a component reads, what they count, and in which window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm
from typing import Any

import polars as pl

from tonglu.compensation.core.faults import PayFault, fault
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.measure import FIELDS, Measure
from tonglu.compensation.core.numbers import exact
from tonglu.compensation.core.selection import TRUTH
from tonglu.kernel.text import N_

from .book import MEASURES, MILLION, MINOR, whole_part
from .ratio import NARROW, NARROW_BITS, WIDE, at_once

_TEXT = pl.Categorical()
_OF_WORDS = (pl.String, pl.Categorical, pl.Enum)
_WINDOWS: Mapping[str, pl.Expr] = {
    "month": pl.col("date").dt.strftime("%Y-%m"),
    "quarter": pl.format("{}-Q{}", pl.col("date").dt.year(), pl.col("date").dt.quarter()),
    "half": pl.format("{}-H{}", pl.col("date").dt.year(), (pl.col("date").dt.month() + 5) // 6),
    "year": pl.col("date").dt.year().cast(pl.String),
}


def in_counting_order(book: pl.DataFrame) -> pl.DataFrame:
    """The book by date, then as given; people as codes, so that groups are found fast."""
    ordered = book.sort("date", maintain_order=True, nulls_last=False)
    return ordered.with_columns(pl.col("payee").cast(_TEXT))


def entries(component: Component, book: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The component's lines of an ordered book, and the unit (parts of one) their `credit` counts."""
    chosen = book.filter(_selected(component, book))
    value = measured(component.measure, book)
    sizes = _sizes(chosen, value)
    unit = 1 if sizes.all_whole else _share_unit(chosen)
    kind = _width_of(sizes, chosen.height, unit)
    credit = value.cast(kind)
    if unit > 1:
        share = pl.col("pct").cast(kind) * pl.col("factor").cast(kind)
        credit = credit * (share // pl.lit(MILLION**2 // unit, dtype=kind))
    frame = chosen.select("fact", "date", "payee", "role", credit.alias("credit"))
    return _windowed(frame, component.window), MINOR * unit


def _windowed(frame: pl.DataFrame, window: str) -> pl.DataFrame:
    """The frame with the name of each line's window, found once per day."""
    if window in ("all", "transaction"):
        name = pl.lit("all", dtype=_TEXT) if window == "all" else pl.col("fact").cast(_TEXT)
        return frame.with_columns(name.alias("window"))
    if frame["date"].null_count():
        raise fault("no_date", N_("Transaction %(id)s needs a date for its window."), id="?")
    lines = frame.lazy()
    named = lines.select("date").unique().with_columns(_WINDOWS[window].cast(_TEXT).alias("window"))
    return at_once(lines.join(named, on="date", how="left", maintain_order="left"))


def measured(measure: Measure, book: pl.DataFrame) -> pl.Expr:
    value = _counted(measure.name, book)
    if not measure.floor_zero:
        return value
    if measure.name != "margin":
        return value.clip(lower_bound=0)
    mirrored = pl.when(taken_back(book)).then(value.clip(upper_bound=0))
    return mirrored.otherwise(value.clip(lower_bound=0))


@dataclass(frozen=True)
class _Sizes:
    """The largest measure and share of some lines, in size, and whether every share is the whole."""

    most: int
    parts: int
    all_whole: bool


def _sizes(book: pl.DataFrame, value: pl.Expr) -> _Sizes:
    most, parts, whole = book.select(
        value.cast(WIDE).abs().max().alias("most"),
        (pl.col("pct").abs().max().cast(WIDE) * pl.col("factor").abs().max()).alias("parts"),
        ((pl.col("pct") == MILLION) & (pl.col("factor") == MILLION)).all().alias("whole"),
    ).row(0)
    return _Sizes(int(most or 0), int(parts or 0), bool(whole))


def _width_of(sizes: _Sizes, lines: int, unit: int) -> Any:
    """64 bits where even the sum of everything fits into them."""
    whole = sizes.most * unit * (sizes.parts // MILLION**2 + 1) * max(lines, 1)
    whole = max(whole, sizes.parts)
    return NARROW if whole.bit_length() < NARROW_BITS else WIDE


def _share_unit(book: pl.DataFrame) -> int:
    """The parts into which shares and factors cut a hundredth: 1 when everything is whole."""
    factors = book["factor"].unique()
    if len(factors) == 1:
        pairs = [(pct, factors[0]) for pct in book["pct"].unique()]
    else:
        pairs = book.select("pct", "factor").unique().rows()
    return lcm(*(Fraction(pct * factor, MILLION**2).denominator for pct, factor in pairs))


def taken_back(book: pl.DataFrame) -> pl.Expr:
    """Whether a line is a refund; one without an amount is none."""
    return pl.col("amount") < 0 if "amount" in book.columns else pl.lit(False)


def _counted(name: str, book: pl.DataFrame) -> pl.Expr:
    one = pl.when(taken_back(book)).then(-MINOR).otherwise(MINOR)
    if name == "count":
        return one
    if name == "new_customer":
        return pl.col(name).fill_null(False).cast(pl.Int64) * one
    found = [field for field in FIELDS.get(name, (name,)) if field in book.columns]
    if name == "margin":
        costs = [field for field in FIELDS["cost"] if field in book.columns]
        cost = pl.coalesce([*costs, pl.lit(0)])
        return pl.coalesce([*found, pl.col("amount") - cost])
    return pl.coalesce([*found, pl.lit(0)])


def _selected(component: Component, book: pl.DataFrame) -> pl.Expr:
    wanted = pl.col("role").is_in(list(component.roles))
    if component.payees:
        wanted &= pl.col("payee").is_in(list(component.payees))
    return wanted & condition(component.filter or {}, book)


def condition(tree: Mapping[str, Any], book: pl.DataFrame) -> pl.Expr:
    """A filter over columns; a field the book does not have matches nothing."""
    parts = [_equal(field, wanted, book) for field, wanted in tree.items()]
    return reduce(lambda left, right: left & right, parts, pl.lit(True))


def readable(tree: Mapping[str, Any] | None) -> bool:
    """Whether the twin can read this filter: fields with a value or a list of values."""
    words = ("all", "any", "not", "op")
    return all(not isinstance(v, Mapping) and k not in words for k, v in (tree or {}).items())


def _equal(field: str, wanted: Any, book: pl.DataFrame) -> pl.Expr:
    values = list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]
    if field not in book.columns and None not in values:
        return pl.lit(False)
    if field in MEASURES and field in book.columns and None not in values:
        values = [whole_part(exact(value), MINOR) for value in values]
    elif not all(_of_one_kind(value, book.schema.get(field)) for value in values):
        raise fault(
            "not_in_volume",
            N_("The fast engine leaves this to the exact one: %(why)s."),
            why=f"filter {field}",
        )
    return pl.col(field).is_in(values).fill_null(False)


def _of_one_kind(value: Any, column: pl.DataType | None) -> bool:
    """Whether a wanted value and a column are equal where the exact engine finds them equal: words, true and false, or days."""
    if isinstance(value, bool):
        return column == pl.Boolean
    if isinstance(value, str):
        return isinstance(column, _OF_WORDS) and not _may_be_other(value)
    return isinstance(value, dt.date) and column == pl.Date


def _may_be_other(word: str) -> bool:
    """A word that also stands for a number, for yes or no."""
    try:
        exact(word)
    except PayFault:
        return word.strip().lower() in TRUTH
    return True
