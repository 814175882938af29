"""The book: credits in columns, every measure in whole hundredths.

fact, payee, role   text
date                the business date
pct, factor         millionths of the fact (100 % is 1,000,000)
amount, cost, ...   measures in hundredths; amounts stand in the plan's currency already
anything else       fields for filters, as they are
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from tonglu.compensation.core.context import Context
from tonglu.compensation.core.facts import HUNDRED, Fact
from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.measure import FIELDS, MONEY
from tonglu.compensation.core.numbers import exact
from tonglu.kernel.text import N_

MINOR = 100
MILLION = 1_000_000
MEASURES = frozenset({*MONEY, *(name for names in FIELDS.values() for name in names)})
_KNOWN = frozenset(
    {"id", "date", "payee", "credits", "credit_factor", "revision", "known_at", "deleted"}
)


def book_of(facts: Sequence[Fact], context: Context | None = None) -> pl.DataFrame:
    """A book from facts: one line per credit, in the order given, money at its locked rate."""
    around = context or Context()
    lines = [_line(fact, i, around.rate(fact)) for fact in facts for i in range(len(fact.credits))]
    schema: dict[str, Any] = {
        "fact": pl.String,
        "date": pl.Date,
        "payee": pl.String,
        "role": pl.String,
        "pct": pl.Int64,
        "factor": pl.Int64,
    }
    extra = {name for line in lines for name in line} - set(schema)
    schema |= {name: pl.Int64 for name in {"amount", *extra} if name in MEASURES}
    if not lines:
        return pl.DataFrame(schema=schema)
    try:
        return pl.DataFrame(lines, schema_overrides=schema, infer_schema_length=None)
    except (pl.exceptions.PolarsError, TypeError, OverflowError) as error:
        said = N_("The facts do not fit into columns: %(reason)s.")
        raise fault("not_in_book", said, reason=str(error)[:200]) from error


def whole_part(value: Fraction, unit: int) -> int:
    """`value` in units as a whole number; what does not fit is refused, never rounded."""
    scaled = value * unit
    if scaled.denominator != 1:
        raise fault(
            "not_in_units",
            N_("%(value)s cannot be counted in units of 1/%(unit)s."),
            value=value,
            unit=unit,
        )
    return scaled.numerator


def _in_minor(name: str, value: Any, rate: Fraction) -> int:
    return whole_part(exact(value) * rate if name in MONEY else exact(value), MINOR)


def _line(fact: Fact, index: int, rate: Fraction) -> dict[str, Any]:
    credit = fact.credits[index]
    odd = credit.quota_pct not in (None, credit.pct) or credit.pay_factor != 1
    if credit.path is not None or odd:
        raise fault(
            "not_in_book",
            N_("%(fact)s carries a stored path or quota credit, which columns do not hold."),
            fact=fact.id,
        )
    line: dict[str, Any] = {
        "fact": fact.id,
        "date": fact.date,
        "payee": credit.payee,
        "role": credit.role,
        "pct": whole_part(credit.pct / HUNDRED, MILLION),
        "factor": whole_part(credit.factor, MILLION),
    }
    for name, value in fact.values.items():
        if name not in _KNOWN and value is not None:
            line[name] = _in_minor(name, value, rate) if name in MEASURES else value
    return line
