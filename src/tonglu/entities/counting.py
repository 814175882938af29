"""How many rows a list holds, and the sums of its money by currency: counted up to a bound, for nobody waits for the millionth row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

AT_ONCE = 1_000
"""So many rows are counted before the page is sent; more of them after it."""
BOUND = 10_000
"""So many rows are counted unasked."""


@dataclass(frozen=True, kw_only=True)
class CurrencySum:
    """The sums of the money columns in one currency."""

    currency: str
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """So many rows, or more than so many; sums only where all were counted."""

    count: int
    more: bool = False
    sums: tuple[CurrencySum, ...] = ()


def rows_counted(rows: QuerySet[Any], money: Sequence[str], *, bound: int) -> Counted:
    """Count up to the bound and within it add up the columns by currency, in one reading of the rows."""
    if not money or not _has_currency(rows):
        count = rows.order_by().values("pk")[: bound + 1].count()
        return Counted(count=min(count, bound), more=count > bound)
    groups = _summed(rows.order_by().values_list("currency", *money)[: bound + 1], len(money))
    count = sum(found for _currency, found, *_sums in groups)
    if count > bound:
        return Counted(count=bound, more=True)
    return Counted(count=count, sums=_sums(groups, money))


def _summed(bounded: QuerySet[Any], columns: int) -> list[tuple[Any, ...]]:
    """For each value of the first column the number of rows and the sums of the others; Django does not group what it has sliced."""
    names = ["currency", *(f"sum_{number}" for number in range(columns))]
    try:
        inner, params = bounded.query.sql_with_params()
    except EmptyResultSet:
        return []
    sums = ", ".join(["currency", "count(*)", *(f"sum({name})" for name in names[1:])])
    with connections[bounded.db].cursor() as cursor:
        cursor.execute(
            f"SELECT {sums} FROM ({inner}) AS bounded ({', '.join(names)}) GROUP BY 1", params
        )
        return list(cursor.fetchall())


def _sums(groups: list[tuple[Any, ...]], money: Sequence[str]) -> tuple[CurrencySum, ...]:
    found = (
        CurrencySum(
            currency=currency,
            amounts={
                name: amount or Decimal(0) for name, amount in zip(money, amounts, strict=True)
            },
        )
        for currency, _count, *amounts in groups
    )
    return tuple(sorted(found, key=lambda one: one.currency))


def _has_currency(rows: QuerySet[Any]) -> bool:
    return any(f.name == "currency" for f in rows.model._meta.concrete_fields)
