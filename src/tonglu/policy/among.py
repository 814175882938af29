"""`account__among=rows`: the same rows as `account__in=rows`, asked so that an index can answer it beside other reasons.

"Mine, or of one of my accounts" with `IN (SELECT …)` can only be answered by reading the whole table: PostgreSQL combines indexes over an
OR only when each side is a condition on a column, and takes half of the table for what a subquery lets through. `= ANY(ARRAY(SELECT …))`
is such a condition. It is compared one by one with rows that no index chose, so it is for few ids: `are_few` asks the statistics that
PostgreSQL keeps, once for all tables and some minutes. A wrong estimate chooses a slower plan, never other rows.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigAutoField
from django.db.models.fields.related import ForeignObject
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

FEW = 5_000
VERY_FEW = 200
"""So few that looking up the rows which stray from them costs more than it saves."""
KEPT_SECONDS = 600


@ForeignObject.register_lookup
class Among(RelatedIn):
    """A foreign key that is one of the ids a query gives."""

    lookup_name = "among"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """`= ANY(ARRAY(SELECT …))`; the query comes in parentheses already."""
        return f"= ANY(ARRAY{rhs})"


@BigAutoField.register_lookup
class AmongThese(In):
    """An id that is one of those a query gives: they are fetched first, and then looked up."""

    lookup_name = "among"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """`= ANY(ARRAY(SELECT …))`; the query comes in parentheses already."""
        return f"= ANY(ARRAY{rhs})"


@dataclass(frozen=True)
class Spread:
    """How the rows of a table spread over the values of a column: the common values, and what each other one has."""

    common: Mapping[int, float]
    other: float

    def rows(self, values: Iterable[int]) -> float:
        """About how many rows have one of the values."""
        return sum(self.common.get(value, self.other) for value in values)


_known: tuple[float, dict[tuple[str, str], Spread]] = (0.0, {})


def are_few(table: str, reasons: Mapping[str, Iterable[int]], *, most: int) -> bool:
    """Whether few rows of the table have one of the values in one of the columns (`most` of them), as far as statistics tell."""
    spreads = _spreads()
    found = ((spreads.get((table, column)), values) for column, values in reasons.items())
    return sum(spread.rows(values) for spread, values in found if spread) <= most


def _spreads() -> dict[tuple[str, str], Spread]:
    global _known
    now, (read_at, spreads) = time.monotonic(), _known
    if not read_at or now - read_at > KEPT_SECONDS:
        _known = (now, _spreads_load())
        return _known[1]
    return spreads


def _spreads_load() -> dict[tuple[str, str], Spread]:
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS)
        return {(table, column): _spread(*found) for table, column, *found in cursor.fetchall()}


def _spread(rows: float, distinct: float, values: str | None, parts: list[float] | None) -> Spread:
    common = dict(zip(json.loads(values or "[]"), parts or [], strict=True))
    others = (distinct if distinct > 0 else -distinct * rows) - len(common)
    rest = rows * max(0.0, 1 - sum(common.values()))
    each = {value: part * rows for value, part in common.items()}
    return Spread(common=each, other=rest / max(others, 1.0))


_STATISTICS = """
SELECT s.tablename, s.attname, c.reltuples, s.n_distinct, array_to_json(s.most_common_vals::text::bigint[])::text, s.most_common_freqs
FROM pg_stats s JOIN pg_class c ON c.relname = s.tablename JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = s.schemaname
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname AND a.atttypid = 'bigint'::regtype
WHERE s.schemaname = current_schema() AND c.reltuples > 0 AND s.attname IN ('owner_id', 'department_id')
"""
