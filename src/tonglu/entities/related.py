"""Names of related records for a whole page in one query, each kind through its own policy.

A page shows accounts, owners and products beside its own rows. Following a foreign key row by row would cost a query each, and
would show the name of a record its reader may not see. Here the page says which ids it needs (`wanted`), and one UNION query over
the visible rows answers all kinds at once; an id that is missing from the answer is not visible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.translation import get_language

from tonglu import policy
from tonglu.toolkit.months import MonthField, month_of
from tonglu.toolkit.statements import IDS, Asked, KeptStatement

from .fields import Field, Type
from .registry import entity_declared, entity_of

if TYPE_CHECKING:
    from tonglu.policy import Actor

Wanted = Mapping[str, set[int]]
"""Ids by kind of record."""


@dataclass(frozen=True)
class Names:
    """The names of related records that the reader may see, by kind and id."""

    found: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def name(self, kind: str, pk: Any) -> str | None:
        """The name of a record, or None when its reader may not see it."""
        return self.found.get((kind, pk))

    def sees(self, kind: str, pk: Any) -> bool:
        """Whether the reader may see that record."""
        return (kind, pk) in self.found


def names_of(actor: Actor, wanted: Wanted) -> Names:
    """The names of all wanted records that `actor` may see; at most one query."""
    asked = (_named(actor, kind, ids) for kind, ids in sorted(wanted.items()) if ids)
    parts = [part for part in asked if part is not None]
    if not parts:
        return Names()
    whole = " UNION ALL ".join(f"({sql})" for sql, _params in parts)
    with connections[_database(wanted)].cursor() as cursor:
        cursor.execute(whole, [one for _sql, params in parts for one in params])
        rows = cursor.fetchall()
    return Names({(kind, pk): name or f"#{pk}" for kind, pk, name in rows})


def _database(kinds: Iterable[str]) -> str:
    """Where all of these kinds may be read."""
    found = {router.db_for_read(apps.get_model(kind)) for kind in kinds}
    return found.pop() if len(found) == 1 else DEFAULT_DB_ALIAS


def wanted_by(rows: Iterable[Model], fields: Iterable[Field]) -> dict[str, set[int]]:
    """The related ids that showing `fields` of `rows` needs."""
    wanted: dict[str, set[int]] = defaultdict(set)
    links = [field for field in fields if field.related]
    for row in rows:
        for link in links:
            wanted[link.related].update(related_ids(row, link))
    return wanted


def related_ids(row: Any, link: Field) -> list[int]:
    """The ids a link of a row points at, read without a query where the row holds them."""
    if link.is_custom:
        value = row.custom.get(link.key)
        return [value] if isinstance(value, int) else []
    *heads, last = link.name.split(".")
    for head in heads:
        row = getattr(row, head, None)
    if row is None:
        return []
    if link.type is Type.MANY:
        return [other.pk for other in getattr(row, last).all()]
    value = getattr(row, f"{last}_id", None)
    return [] if value is None else [value]


def title_path(kind: str) -> str:
    """The column a kind of record is named by, or "" when its name is computed; a line is called like its product."""
    model = apps.get_model(kind)
    titles = (entity_of(kind).title,) if entity_declared(kind) else ("name", "product")
    columns = {f.name for f in model._meta.concrete_fields}
    return next((title for title in titles if title in columns), "")


def title_links(kind: str) -> list[str]:
    """The foreign keys to join so that a record which is named by a related one costs no query of its own.

    A related record that is told apart by another one, as a stock level by its warehouse, is joined with it.
    """
    path: list[str] = []
    found: list[str] = []
    while entity_declared(kind):
        entity = entity_of(kind)
        link = next((f for f in entity.model._meta.concrete_fields if f.name == entity.title), None)
        if link is None or link.related_model is None or len(path) > 3:
            break
        path.append(link.name)
        found.append("__".join(path))
        kind = link.related_model._meta.label_lower
        if beside := _subtitle_link(kind):
            found.append("__".join([*path, beside]))
    return found


def _subtitle_link(kind: str) -> str:
    """The foreign key that a kind's subtitle is, if it is one."""
    name = entity_of(kind).subtitle if entity_declared(kind) else ""
    keys = (f.name for f in apps.get_model(kind)._meta.concrete_fields if f.is_relation)
    return name if name in set(keys) else ""


def name_expression(kind: str) -> Any:
    """The name of a record in SQL, in the reader's language where the table holds both; who is named by a related record is called like it."""
    return _name_at(kind, "", 0)


def _name_at(kind: str, before: str, depth: int) -> Any:
    """The name of the record at the end of a path of foreign keys."""
    model, title = apps.get_model(kind), title_path(kind)
    if not title:
        return Cast(F(f"{before}pk"), CharField())
    path, above = f"{before}{title}", model._meta.get_field(title).related_model
    columns = {f.name for f in model._meta.concrete_fields}
    name: Any = Cast(F(path), CharField())
    if above is not None and depth < 3:
        name = _name_at(above._meta.label_lower, f"{path}__", depth + 1)
    elif isinstance(model._meta.get_field(title), MonthField):
        name = month_of(path)
    elif f"{title}_zh" in columns and (get_language() or "").startswith("zh"):
        name = Coalesce(NullIf(F(f"{path}_zh"), Value("")), F(path), output_field=CharField())
    numbered = entity_of(kind).numbered if entity_declared(kind) else ""
    if not numbered:
        return name
    return Concat(name, Value(" v"), Cast(F(f"{before}{numbered}"), CharField()))


def visible_rows(actor: Actor, kind: str) -> QuerySet[Any]:
    """Visible rows of any kind, trashed ones included; kinds without a policy are open to read."""
    model: Any = apps.get_model(kind)
    rows: QuerySet[Any] = model._default_manager.all()
    if policy.scope_of(kind) is None:
        return rows
    seen: QuerySet[Any] = policy.visible(actor, rows)
    return seen


def _named(actor: Actor, kind: str, ids: Iterable[int]) -> Asked | None:
    """The statement for kind, id and name of those the actor may see, or None when that is nothing.

    Of a kind that is seen whole it is put together once.
    """
    rows = visible_rows(actor, kind)
    if not rows.query.where:
        return _whole_statement(kind, get_language()).asked(ids=list(ids))
    try:
        sql, params = _names(kind, rows, list(ids)).query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, list(params)


@lru_cache(maxsize=1024)
def _whole_statement(kind: str, _language: str | None) -> KeptStatement:
    model: Any = apps.get_model(kind)
    return KeptStatement(lambda ids: _names(kind, model._default_manager.all(), ids), ids=IDS)


def _names(kind: str, rows: QuerySet[Any], ids: list[int]) -> QuerySet[Any, Any]:
    shown = Value(kind, output_field=CharField())
    named = rows.order_by().annotate(_kind=shown, _name=name_expression(kind))
    found: QuerySet[Any, Any] = named.filter(pk__any_of=ids).values_list("_kind", "pk", "_name")
    return found
