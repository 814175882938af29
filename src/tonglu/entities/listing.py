"""What a list shows: a query parsed from an address, and the page of rows that answers it.

A *query* is view, search text, condition, quick filters, sort, columns, cursor and page size. `listing_rows` turns it into a
queryset that starts from what the actor may see; lists, boards, exports and bulk acts all take their rows from there. `listing`
adds what a page needs: columns without hidden fields, one keyset page, and of few rows their count and the sums of money by currency.
A hidden field is refused as a filter and as a sort, for an order would tell what the eye may not see.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from django.http import QueryDict

from tonglu import policy
from tonglu.audit.selectors import changeset_rows
from tonglu.kernel.errors import Invalid
from tonglu.kernel.text import N_

from . import selectors
from .counting import AT_ONCE, BOUND, Counted, rows_counted
from .fields import Field, Type, field_of
from .filters import condition_filter, may_read
from .keyset import KeysetPage, Order, keyset_page, order_of
from .related import Names, names_of, title_links, title_path, wanted_by
from .search import text_condition

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .spec import Entity

PAGE = 50
LARGEST_PAGE = 200
QUICK = "f."
BLANK: tuple[Any, ...] = ("", None, [], [""], ["", ""])
WITHIN = "within:"
PARTIAL = frozenset({Type.TEXT, Type.LONGTEXT, Type.EMAIL, Type.PHONE, Type.URL, Type.MULTI})
UNSORTED = frozenset({Type.LONGTEXT, Type.MULTI, Type.MANY, Type.JSON})


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a person asked a list for. `quick` holds filters by field name; more than one value means any of them.

    A `condition` of None leaves that of the view in force, an empty one takes it away.
    """

    view: str = ""
    text: str = ""
    condition: Mapping[str, Any] | None = None
    quick: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    columns: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    size: int = PAGE
    trash: bool = False
    changeset: int | None = None
    """Only the records that this bulk act changed."""

    def encode(self, **changes: Any) -> str:
        """The query as the tail of an address; a change of the selection starts again at the first page."""
        changes = (
            changes
            if {"after", "before"} & set(changes)
            else {**changes, "after": "", "before": ""}
        )
        return urlencode(list(_pairs(replace(self, **changes))))

    def with_quick(self, name: str, *values: str) -> Query:
        """The same query with one quick filter set, or removed when no value is given."""
        quick = {key: kept for key, kept in self.quick.items() if key != name}
        return replace(self, quick={**quick, name: values} if values else quick)

    @property
    def narrowed(self) -> bool:
        """Whether anything beyond the view itself restricts the rows."""
        return bool(self.text or self.condition or self.quick or self.changeset)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a list."""

    field: Field
    sortable: bool

    @property
    def name(self) -> str:
        """The declared name of its field."""
        return self.field.name


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of a list, ready to be drawn."""

    columns: tuple[Column, ...]
    rows: list[Any]
    names: Names
    next: str
    previous: str
    counted: Counted
    order: Order


def query_of(params: QueryDict) -> Query:
    """The query an address asks for; raises Invalid when its condition is no JSON object."""
    quick = {
        name.removeprefix(QUICK): tuple(v for v in params.getlist(name) if v)
        for name in params
        if name.startswith(QUICK)
    }
    return Query(
        view=params.get("view", ""),
        text=params.get("q", "").strip(),
        condition=_condition(params.get("condition", "")),
        quick={name: values for name, values in quick.items() if values},
        sort=params.get("sort", ""),
        columns=tuple(name for name in params.get("columns", "").split(",") if name),
        after=params.get("after", ""),
        before=params.get("before", ""),
        size=_size(params.get("size", "")),
        changeset=_id(params.get("changeset", "")),
    )


@dataclass(frozen=True, kw_only=True)
class Answer:
    """All rows that answer a query, unsorted, and the same rows apart by the reason why the actor sees them ([] where it is one)."""

    rows: QuerySet[Any]
    apart: Sequence[QuerySet[Any]] = ()
    everything: bool = False
    """Whether the rows are all of the kind that are not in the trash."""

    @property
    def source(self) -> QuerySet[Any]:
        """What a page is taken from: the parts narrow it, where there are some."""
        model: Any = self.rows.model
        return model._default_manager.all() if self.apart else self.rows


def listing_rows(actor: Actor, entity: Entity, query: Query) -> QuerySet[Any]:
    """All rows that answer a query, unsorted; the one source of lists, boards, exports and bulk acts."""
    return _narrowed(_readable(actor, entity, query), _filters(actor, entity, query))


def listing_answer(actor: Actor, entity: Entity, query: Query) -> Answer:
    """The same, for who wants the first of them in some order: of a few reasons each, rather than of all rows there are.

    Words are looked up in an index of their own, which is read once for all reasons.
    """
    filters = _filters(actor, entity, query)
    apart = [] if query.trash or query.text else selectors.rows_apart(actor, entity.kind)
    return Answer(
        rows=_narrowed(_readable(actor, entity, query), filters),
        apart=[_narrowed(rows, filters) for rows in apart],
        everything=not filters and not query.trash and policy.sees_everything(actor, entity.kind),
    )


def _filters(actor: Actor, entity: Entity, query: Query) -> list[Q]:
    """What narrows a list: condition, quick filters, a bulk act, and words."""
    asked = [part for part in (query.condition, _quick_condition(entity, query)) if part]
    filters = [condition_filter(actor, entity, condition) for condition in asked]
    if query.changeset:
        filters.append(Q(pk__in=changeset_rows(query.changeset, entity.kind)))
    return [*filters, text_condition(actor, entity, query.text)] if query.text else filters


def _narrowed(rows: QuerySet[Any], filters: Iterable[Q]) -> QuerySet[Any]:
    for one in filters:
        rows = rows.filter(one)
    return rows


def listing(actor: Actor, entity: Entity, query: Query) -> Listing:
    """One page of a list: three queries, whatever the number of rows and columns."""
    answer = listing_answer(actor, entity, query)
    columns = columns_of(actor, entity, query.columns or entity.columns)
    order = (
        order_of(entity.model, "deleted_at", descending=True)
        if query.trash
        else listing_order(actor, entity, query.sort)
    )
    page = _page(entity, answer, columns, order, query)
    return Listing(
        columns=columns,
        rows=page.rows,
        names=names_of(actor, wanted_by(page.rows, _shown(actor, entity, columns))),
        next=page.next,
        previous=page.previous,
        counted=rows_counted(answer.rows, money_names(columns), bound=AT_ONCE),
        order=order,
    )


def listing_counted(actor: Actor, entity: Entity, query: Query) -> Counted:
    """How many rows a list holds and the sums of its money columns, counted as far as somebody waits for."""
    columns = columns_of(actor, entity, query.columns or entity.columns)
    return rows_counted(listing_rows(actor, entity, query), money_names(columns), bound=BOUND)


def money_names(columns: Iterable[Column]) -> list[str]:
    """The columns of a list that are summed."""
    return [c.name for c in columns if c.field.type is Type.MONEY and "." not in c.name]


def columns_of(actor: Actor, entity: Entity, names: Iterable[str]) -> tuple[Column, ...]:
    """The columns of those names that exist and that the actor may read."""
    found = ((name, _field(entity, name)) for name in dict.fromkeys(names))
    return tuple(
        Column(field=field, sortable=bool(field.path) and field.type not in UNSORTED)
        for name, field in found
        if field is not None and may_read(actor, entity, name)
    )


def listing_order(actor: Actor, entity: Entity, sort: str) -> Order:
    """The order a sort asks for; raises Invalid for a field that is unknown, hidden or has no order."""
    sort = (sort or entity.sort).split(",")[0]
    name = sort.removeprefix("-")
    found = field_of(entity, name)
    if found is None or found.type in UNSORTED or not may_read(actor, entity, name):
        message = N_("The list cannot be sorted by %(name)s.")
        raise Invalid({"sort": [message]}, params={"name": name})
    return order_of(entity.model, _sort_path(found), descending=sort.startswith("-"))


def _pairs(query: Query) -> Iterable[tuple[str, str]]:
    plain = {
        "view": query.view,
        "q": query.text,
        "condition": "" if query.condition is None else json.dumps(query.condition),
        "sort": query.sort,
        "columns": ",".join(query.columns),
        "after": query.after,
        "before": query.before,
        "size": "" if query.size == PAGE else str(query.size),
        "changeset": str(query.changeset or ""),
    }
    yield from ((name, value) for name, value in plain.items() if value)
    for name, values in query.quick.items():
        yield from ((f"{QUICK}{name}", value) for value in values)


def _condition(text: str) -> Mapping[str, Any] | None:
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid({"condition": [N_("The filter cannot be read.")]})
    return complete(found) or {}


def complete(tree: Any) -> Any:
    """A condition without the comparisons that still miss their value, as while someone is typing; None when none is left."""
    if not isinstance(tree, dict):
        return tree
    for word in ("all", "any"):
        if isinstance(tree.get(word), list):
            parts = [part for one in tree[word] if (part := complete(one))]
            return {word: parts} if parts else None
    if "not" in tree:
        return {"not": part} if (part := complete(tree["not"])) else None
    return None if tree.get("value", 0) in BLANK else tree


def _size(text: str) -> int:
    return min(max(int(text), 1), LARGEST_PAGE) if text.isdigit() else PAGE


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _readable(actor: Actor, entity: Entity, query: Query) -> QuerySet[Any]:
    return (
        selectors.trashed(actor, entity.kind) if query.trash else selectors.rows(actor, entity.kind)
    )


def condition_whole(entity: Entity, query: Query) -> dict[str, Any]:
    """The condition and the quick filters of a query as one condition, as a saved view keeps them."""
    parts = [dict(part) for part in (query.condition, _quick_condition(entity, query)) if part]
    return {"all": parts} if len(parts) > 1 else (parts[0] if parts else {})


def _quick_condition(entity: Entity, query: Query) -> Mapping[str, Any]:
    parts = [_quick_part(entity, name, values) for name, values in query.quick.items()]
    return {"all": parts} if parts else {}


def _quick_part(entity: Entity, name: str, values: tuple[str, ...]) -> Mapping[str, Any]:
    """A quick filter in the rule language: one value or several, a relative period, or nothing at all (`-`)."""
    found = field_of(entity, name)
    if values == ("-",):
        return {"field": name, "op": "is_empty"}
    if values[0].startswith(WITHIN):
        return {"field": name, "op": "within", "value": values[0].removeprefix(WITHIN)}
    if len(values) > 1:
        return {"field": name, "op": "in", "value": list(values)}
    is_part = found is not None and found.type in PARTIAL and not found.choices
    value: Any = values[0] == "true" if found and found.type is Type.BOOL else values[0]
    return {"field": name, "op": "contains" if is_part else "=", "value": value}


def _field(entity: Entity, name: str) -> Field | None:
    """The field of a column; a property of the model is shown, but can neither be sorted nor filtered."""
    found = field_of(entity, name)
    if found is None and hasattr(entity.model, name):
        read = getattr(getattr(entity.model, name), "fget", None)
        label = getattr(read, "short_description", name.replace("_", " ").capitalize())
        gives = getattr(read, "__annotations__", {}).get("return")
        kind = Type.DECIMAL if gives in (Decimal, "Decimal") else Type.TEXT
        return Field(name=name, label=label, type=kind, path="", readonly=True)
    return found


def _sort_path(found: Field) -> str:
    path = found.path.replace(".", "__")
    title = title_path(found.related) if found.related and not found.is_custom else ""
    return f"{path}__{title}" if title else path


def _page(
    entity: Entity, answer: Answer, columns: tuple[Column, ...], order: Order, query: Query
) -> KeysetPage:
    dotted = {c.name.split(".")[0] for c in columns if "." in c.name and not c.field.is_custom}
    many = [c.name for c in columns if c.field.type is Type.MANY]
    joined = sorted({*dotted, *title_links(entity.kind)})
    rows = answer.source.select_related(*joined) if joined else answer.source
    rows = without_search(rows).prefetch_related(*many)
    sides = {"after": query.after, "before": query.before}
    return keyset_page(rows, order, size=query.size, apart=answer.apart, **sides)


def without_search(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows without their search column, which is long and never shown."""
    try:
        rows.model._meta.get_field("search")
    except FieldDoesNotExist:
        return rows
    return rows.defer("search")


def _shown(actor: Actor, entity: Entity, columns: tuple[Column, ...]) -> list[Field]:
    """The fields of a row that need the names of related records: columns, their heads, and the subtitle."""
    names = {c.name for c in columns} | {c.name.split(".")[0] for c in columns} | {entity.subtitle}
    found = (field_of(entity, name) for name in sorted(names) if name)
    return [f for f in found if f is not None and f.related and may_read(actor, entity, f.name)]
