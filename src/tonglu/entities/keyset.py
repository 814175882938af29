"""Pages of a list that cost the same at the first row and at the millionth: keyset pages.

A *cursor* names the last row shown by its sort value and id; the next page starts after it. Rows without a value come last in
both directions, so "largest amount first" does not begin with blanks. The cursor holds the sort it was made for: used with
another sort it is ignored rather than misread.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import router
from django.db.models import F, Field, JSONField, Model, Q, QuerySet

from tonglu.toolkit.statements import ID, MOMENT, TEXT, KeptStatement


@dataclass(frozen=True, kw_only=True)
class Order:
    """A sort by one column path, then by id in the same direction."""

    path: str
    descending: bool
    nullable: bool
    field: Field[Any, Any] | None

    @property
    def key(self) -> str:
        """How the sort is written in an address: `-path` for descending."""
        return f"-{self.path}" if self.descending else self.path


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The row a page starts after (or, going back, ends before)."""

    value: Any
    pk: int


@dataclass(frozen=True, kw_only=True)
class KeysetPage:
    """The rows of one page, and the cursors to its neighbours ("" when there are none)."""

    rows: list[Any]
    next: str
    previous: str


def order_of(model: type[Model], path: str, *, descending: bool) -> Order:
    """The order by an ORM path such as `amount`, `account__name` or `custom__region`."""
    field, nullable = _walk(model, path.split("__"))
    return Order(path=path, descending=descending, nullable=nullable, field=field)


def keyset_page(
    rows: QuerySet[Any],
    order: Order,
    *,
    size: int,
    after: str = "",
    before: str = "",
    apart: Sequence[QuerySet[Any]] = (),
) -> KeysetPage:
    """One page of `rows`; one query, whatever the page.

    Of rows that are one of several parts, which indexes answer one by one, the parts may be given as `apart`; `rows` need not be narrowed then.
    """
    start, end = _decode(order, after), _decode(order, before)
    back = end is not None and start is None
    cursor = end if back else start
    found = list(keyset_rows(rows, order, size=size, cursor=cursor, back=back, apart=apart))
    more, page = len(found) > size, found[:size]
    if back:
        page.reverse()
    return _page(page, order, has_next=back or more, has_previous=more if back else bool(cursor))


def keyset_values(
    rows: QuerySet[Any],
    order: Order,
    columns: Sequence[str],
    *,
    size: int,
    after: str = "",
    apart: Sequence[QuerySet[Any]] = (),
) -> KeysetPage:
    """One page of bare values, each row a tuple of the columns; the first of them is the id. Several times as quick as rows."""
    cursor = _decode(order, after)
    page_rows = keyset_rows(rows, order, size=size, cursor=cursor, apart=apart)
    found = list(page_rows.values_list(*columns, "_sort"))
    return _page_of_values(found, order, cursor, size=size)


def keyset_values_of_all(
    model: type[Model], order: Order, columns: Sequence[str], *, size: int, after: str = ""
) -> KeysetPage:
    """The same of all rows that are not in the trash, which is the same question for everybody who may ask it."""
    cursor = _decode(order, after)
    values = {"value": cursor.value, "pk": cursor.pk} if cursor else {}
    marks = {name: MARKS.get((name, type(value))) for name, value in values.items()}
    if None in marks.values():
        alive = model._default_manager.filter(deleted_at__isnull=True)
        return keyset_values(alive, order, columns, size=size, after=after)
    statement = _page_of_all(model, order, tuple(columns), size, tuple(marks.items()))
    found = statement.rows(using=router.db_for_read(model), **values)
    return _page_of_values(found, order, cursor, size=size)


MARKS: dict[tuple[str, type], Any] = {
    ("pk", int): ID,
    ("value", str): TEXT,
    ("value", datetime): MOMENT,
    ("value", date): MOMENT.date(),
}
"""What stands for the values of a cursor; a number, which a column may be too small for, is asked for each time."""


@lru_cache(maxsize=512)
def _page_of_all(
    model: type[Model],
    order: Order,
    columns: tuple[str, ...],
    size: int,
    marks: tuple[tuple[str, Any], ...],
) -> KeptStatement:
    """The statement of a page, for one kind of value in its cursor."""

    def page(**values: Any) -> QuerySet[Any, Any]:
        alive = model._default_manager.filter(deleted_at__isnull=True)
        cursor = Cursor(**values) if values else None
        return keyset_rows(alive, order, size=size, cursor=cursor).values_list(*columns, "_sort")

    return KeptStatement(page, **dict(marks))


def _page_of_values(
    found: list[Any], order: Order, cursor: Cursor | None, *, size: int
) -> KeysetPage:
    page = found[:size]
    return KeysetPage(
        rows=page,
        next=_cursor(order, page[-1][-1], page[-1][0]) if len(found) > size else "",
        previous=_cursor(order, page[0][-1], page[0][0]) if page and cursor else "",
    )


def keyset_rows(
    rows: QuerySet[Any],
    order: Order,
    *,
    size: int,
    cursor: Cursor | None = None,
    back: bool = False,
    apart: Sequence[QuerySet[Any]] = (),
) -> QuerySet[Any]:
    """The query of one page and one row more, which tells whether there is another page."""
    if apart:
        return _nearest(rows, apart, order, size=size, cursor=cursor, back=back)
    found = _ordered(rows, order, back=back)
    if cursor is not None:
        found = found.filter(_beyond(order, cursor, back=back))
    page: QuerySet[Any] = found.annotate(_sort=F(order.path))[: size + 1]
    return page


def _nearest(
    rows: QuerySet[Any], apart: Sequence[QuerySet[Any]], order: Order, **page: Any
) -> QuerySet[Any]:
    """The page out of the first rows of each part: what is first of all is first of some part."""
    firsts = [keyset_rows(part, order, **page).values("pk") for part in apart]
    chosen = rows.filter(pk__among=firsts[0].union(*firsts[1:], all=True))
    return keyset_rows(chosen, order, size=page["size"], back=page["back"])


def page_of(found: list[Any], order: Order, *, size: int) -> KeysetPage:
    """The first page from what `keyset_rows` gave, in any order, as after a UNION of several."""
    return _page(found[:size], order, has_next=len(found) > size, has_previous=False)


def cursor_of(order: Order, row: Any) -> str:
    """The cursor that names `row`, which must come from `keyset_page`."""
    return _cursor(order, row._sort, row.pk)


def _cursor(order: Order, value: Any, pk: int) -> str:
    body = json.dumps([order.key, _plain(value), pk], ensure_ascii=False)
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def _page(rows: list[Any], order: Order, *, has_next: bool, has_previous: bool) -> KeysetPage:
    return KeysetPage(
        rows=rows,
        next=cursor_of(order, rows[-1]) if rows and has_next else "",
        previous=cursor_of(order, rows[0]) if rows and has_previous else "",
    )


def _walk(model: type[Model], parts: list[str]) -> tuple[Field[Any, Any] | None, bool]:
    """The last column of a path, and whether the path may be NULL; a key inside JSON has no column of its own."""
    nullable, field = False, None
    for index, part in enumerate(parts):
        try:
            field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist:
            return None, True
        nullable = nullable or bool(getattr(field, "null", True))
        if isinstance(field, JSONField) and index < len(parts) - 1:
            return None, True
        model = getattr(field, "related_model", None) or model
    return field, nullable  # type: ignore[return-value]


def _ordered(rows: QuerySet[Any], order: Order, *, back: bool) -> QuerySet[Any]:
    descending = order.descending != back
    nulls = {"nulls_first" if back else "nulls_last": True} if order.nullable else {}
    path = F(order.path)
    first = path.desc(**nulls) if descending else path.asc(**nulls)
    ordered: QuerySet[Any] = rows.order_by(first, "-pk" if descending else "pk")
    return ordered


def _beyond(order: Order, cursor: Cursor, *, back: bool) -> Q:
    side = "lt" if order.descending != back else "gt"
    same_side = Q(**{f"pk__{side}": cursor.pk})
    empty = Q(**{f"{order.path}__isnull": True})
    if cursor.value is None:
        rest = empty & same_side
        return rest | ~empty if back else rest
    reach = Q(**{f"{order.path}__{side}e": cursor.value})
    strict = Q(**{f"{order.path}__{side}": cursor.value})
    beyond = reach & (strict | same_side)
    return beyond | empty if order.nullable and not back else beyond


def _decode(order: Order, text: str) -> Cursor | None:
    """The cursor, or None when it is absent, damaged or made for another sort."""
    try:
        body = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        key, value, pk = json.loads(body) if text else (None, None, None)
        if key != order.key or not isinstance(pk, int):
            return None
        return Cursor(value=_typed(order, value), pk=pk)
    except (ValueError, TypeError, binascii.Error, ValidationError):
        return None


def _typed(order: Order, value: Any) -> Any:
    return order.field.to_python(value) if order.field is not None and value is not None else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return getattr(value, "pk", value)
