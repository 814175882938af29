"""Which kinds may hold a text at all: one statement over every search index, so that only those few are asked in full.

A search over everything would plan a query with permissions for each of some fifty kinds, most of which hold nothing of the sort.
The *probe* asks each table only whether any row, visible or not, has the grams of the text; what it says is never shown, it only
leaves kinds out. Its text is composed once for each set of kinds and number of words.

In a large table a *common* word is told by the newest rows: several of them hold it. The index would have to fetch all its rows, a tenth
of the table perhaps, to find the newest few, and the planner takes every word for a rare one; so such a table is read newest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection
from psycopg import sql

from .registry import entity_of

if TYPE_CHECKING:
    from .spec import Entity


_OFTEN = 2
LARGE = 20_000
"""From so many rows on a table is asked whether the words are common in it."""
NEWEST = 200
COMMON = 7
"""Words that so many of the newest rows hold are common."""


@dataclass(frozen=True)
class Holding:
    """The kinds with a row that may hold every word, and those of them in which the words are common."""

    kinds: frozenset[str]
    common: frozenset[str]


def kinds_holding(entities: Sequence[Entity], words: Sequence[str]) -> Holding:
    """Which kinds hold the words; one query."""
    kinds = tuple(entity.kind for entity in entities)
    params = {f"w{n}": word for n, word in enumerate(words)}
    params |= {f"l{n}": f"%{_escaped(word)}%" for n, word in enumerate(words)}
    with connection.cursor() as cursor:
        cursor.execute(_probe(kinds, len(words)), params)
        cursor.nextset()
        found = cursor.fetchone()
    held = dict(zip(kinds, found, strict=True))
    return Holding(
        kinds=frozenset(kind for kind, holds in held.items() if holds),
        common=frozenset(kind for kind, holds in held.items() if holds == _OFTEN),
    )


@lru_cache(maxsize=200)
def _probe(kinds: tuple[str, ...], words: int) -> str:
    """Sequential scans are ruled out for this one statement: for EXISTS the planner hopes for an early hit, and there may be none."""
    asked = sql.SQL(", ").join(_holds(entity_of(kind), words) for kind in kinds)
    probe = sql.SQL(
        "SET LOCAL enable_seqscan = off; SELECT {}; SET LOCAL enable_seqscan = on"
    ).format(asked)
    return probe.as_string(connection.connection)


def _holds(entity: Entity, words: int) -> sql.Composable:
    fields = entity.model._meta.concrete_fields
    columns = {f.name: str(f.column) for f in fields if f.related_model is None}
    names = entity.search or (entity.title,)
    if "search" in columns:
        test: sql.Composable = sql.SQL("{} @@ ({})").format(
            sql.Identifier(columns["search"]),
            sql.SQL(" && ").join(sql.SQL(f"tonglu_query(%(w{n})s)") for n in range(words)),
        )
    elif all(name in columns for name in names):
        text = sql.SQL("upper(concat_ws(chr(10), {}))").format(
            sql.SQL(", ").join([sql.Identifier(columns[name]) for name in names])
        )
        test = sql.SQL(" AND ").join(
            sql.SQL(f"{{}} LIKE upper(%(l{n})s)").format(text) for n in range(words)
        )
    else:  # named by a related record
        return sql.SQL("1")
    table = sql.Identifier(entity.model._meta.db_table)
    often = sql.SQL("WHEN {} THEN 2 ").format(
        _is_common(table, test) if "search" in columns else sql.SQL("false")
    )
    return sql.SQL("CASE {}WHEN EXISTS (SELECT 1 FROM {} WHERE {}) THEN 1 ELSE 0 END").format(
        often, table, test
    )


def _is_common(table: sql.Identifier, test: sql.Composable) -> sql.Composable:
    return sql.SQL(
        "(SELECT reltuples FROM pg_class WHERE oid = {name}::regclass) >= {large} AND (SELECT count(*) FROM"
        " (SELECT search FROM {table} ORDER BY updated_at DESC LIMIT {newest}) AS newest WHERE {test}) >= {common}"
    ).format(
        name=sql.Literal(table.as_string(None)),
        table=table,
        test=test,
        large=sql.Literal(LARGE),
        newest=sql.Literal(NEWEST),
        common=sql.Literal(COMMON),
    )


def _escaped(word: str) -> str:
    """A word as LIKE takes it literally."""
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
