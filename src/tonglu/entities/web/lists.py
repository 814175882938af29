"""The list of an entity: tabs of views, filters, columns, keyset pages, sums, and walking from record to record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.counting import Counted, CurrencySum
from tonglu.entities.fields import Field, fields_of
from tonglu.entities.filters import may_read
from tonglu.entities.keyset import cursor_of, keyset_page
from tonglu.entities.listing import (
    Column,
    Listing,
    Query,
    columns_of,
    listing,
    listing_answer,
    listing_counted,
    listing_order,
    listing_rows,
    query_of,
)
from tonglu.entities.related import Names
from tonglu.entities.spec import Entity, Verb
from tonglu.entities.views import Views, columns_choose, views_of, widths_choose
from tonglu.kernel.errors import Invalid, NotFound
from tonglu.kernel.text import N_

from .cells import NUMERIC, Shown, shown
from .editable import editable_names
from .filterbar import FilterBar, filter_bar
from .formats import format_money
from .rowhtml import heads_html, rows_html
from .shell import actor, entity_page, go, refused, show
from .titles import title_of

TEMPLATE = "entities/list.html"


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of a column: its label, and what a click on it sorts by."""

    column: Column
    url: str
    state: str
    width: int | None

    @property
    def numeric(self) -> bool:
        """Whether the column is set flush right."""
        return self.column.field.type in NUMERIC

    @property
    def aria_sort(self) -> str:
        """The state for a screen reader."""
        return {"up": "ascending", "down": "descending"}.get(self.state, "none")


@dataclass(kw_only=True, slots=True)
class Line:
    """One row of the list. Like its cells not frozen: a page makes hundreds, and a frozen one takes several times as long."""

    row: Any
    url: str
    title: str
    cells: tuple[Shown, ...]
    depth: int = 0


@dataclass(frozen=True, kw_only=True)
class Total:
    """The sums of one currency, one per column that shows money, else empty."""

    currency: str
    amounts: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Act:
    """A verb as a button shows it."""

    name: str
    icon: str
    label: str


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """Everything the list page shows."""

    entity: Entity
    query: Query
    views: Views
    listing: Listing
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    bar: FilterBar
    may_create: bool
    import_url: str
    export_url: str
    may_delete: bool
    may_update: bool
    bulk_verbs: tuple[Verb, ...]

    @property
    def bulk_acts(self) -> tuple[Act, ...]:
        """The acts on many rows, as the bar under the list names them."""
        return tuple(
            Act(name=verb.name, icon=verb.icon, label=str(verb.label)) for verb in self.bulk_verbs
        )

    @cached_property
    def view(self) -> Any:
        """The view that is shown."""
        return self.views.chosen(self.query.view)

    @property
    def is_part(self) -> bool:
        """Whether the view in force leaves records out, so that an empty list is no empty house."""
        return self.query.condition is None and bool(self.view.condition)

    @property
    def rows(self) -> SafeString:
        """The body of the table."""
        return rows_html([head.column.field for head in self.heads], self.lines)

    @cached_property
    def address(self) -> str:
        """The query as the tail of an address, for links that keep it."""
        return self.query.encode()

    @property
    def head_cells(self) -> SafeString:
        """The heads of the columns."""
        return heads_html(self.heads, self.entity.url())

    @property
    def has_widths(self) -> bool:
        """Whether the person has set the width of a column."""
        return any(head.width for head in self.heads)

    @property
    def next_url(self) -> str:
        """The next page, if any."""
        return (
            f"?{self.query.encode(after=self.listing.next, before='')}" if self.listing.next else ""
        )

    @property
    def previous_url(self) -> str:
        """The page before, if any."""
        previous = self.listing.previous
        return f"?{self.query.encode(before=previous, after='')}" if previous else ""


@require_GET
@entity_page
def list_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """The list, or only its table when htmx asks."""
    try:
        page = list_view(actor(request), entity, query_of(request.GET))
    except Invalid as refusal:
        return refused(request, refusal)
    answer = show(request, TEMPLATE, {"page": page, "entity": entity}, part="table")
    answer.headers["HX-Push-Url"] = f"{entity.url()}?{page.address}"
    return answer


@require_POST
@entity_page
def columns_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Remember the chosen columns of a view (none brings back the view's own), and answer with the table."""
    who, query = actor(request), query_of(request.GET)
    names = [name for name in request.POST.get("columns", "").split(",") if name]
    key = views_of(who, entity).chosen(query.view).key
    with transaction.atomic():  # a list that cannot be shown leaves the columns as they were
        columns_choose(actor=who, entity=entity, key=key, columns=names)
        if "reset" in request.POST:
            return go(request, f"{entity.url()}?{query.encode(columns=())}")
        page = list_view(who, entity, replace(query, columns=()))
    return show(request, TEMPLATE, {"page": page, "entity": entity}, part="table")


@require_POST
@entity_page
def widths_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Remember the width of a column in pixels."""
    widths = {request.POST.get("column", ""): _pixels(request.POST.get("width"))}
    widths_choose(actor=actor(request), entity=entity, widths=widths)
    return HttpResponse(status=204)


@require_GET
@entity_page
def columns_form(request: HttpRequest, entity: Entity) -> HttpResponse:
    """All fields that can be columns, the chosen ones first and in their order."""
    who = actor(request)
    query = views_of(who, entity).applied(query_of(request.GET))
    chosen = [column.field for column in columns_of(who, entity, query.columns)]
    names = {field.name for field in chosen}
    others = [
        f
        for f in fields_of(entity).values()
        if f.name not in names and may_read(who, entity, f.name)
    ]
    columns = [
        *({"name": f.name, "label": f.label, "shown": True} for f in chosen),
        *({"name": f.name, "label": f.label, "shown": False} for f in others),
    ]
    save_url = f"{reverse('entities:columns-save', args=(entity.slug,))}?{query.encode()}"
    context = {"entity": entity, "columns": columns, "save_url": save_url}
    return show(request, "entities/columns.html", context, part="modal")


@require_GET
@entity_page
def count_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """What a long list holds and sums up to, fetched after its page; `exactly`, for the one who wants it in spite of its cost."""
    who, asked = actor(request), query_of(request.GET)
    query = views_of(who, entity).applied(asked)
    if "exactly" in request.GET:
        counted = Counted(count=listing_rows(who, entity, query).count())
    else:
        counted = listing_counted(who, entity, query)
    totals = _totals(counted, columns_of(who, entity, query.columns or entity.columns))
    context = {"entity": entity, "counted": counted, "totals": totals, "late": True, "address": asked.encode()}  # fmt: skip
    return show(request, "entities/list_count.html", context)


@require_GET
@entity_page
def walk_page(request: HttpRequest, entity: Entity, pk: int, way: str) -> HttpResponse:
    """Go on to the next or previous record of the list that the address describes."""
    who = actor(request)
    query = views_of(who, entity).applied(query_of(request.GET))
    found = _neighbour(who, entity, query, pk, back=way == "previous")
    tail = query.encode()
    if found is None:
        message = (
            _("This is the first record of the list.")
            if way == "previous"
            else _("This is the last record of the list.")
        )
        return go(request, f"{entity.url('detail', pk)}?{tail}", message, "info")
    return go(request, f"{entity.url('detail', found)}?{tail}")


def list_view(who: policy.Actor, entity: Entity, asked: Query) -> ListPage:
    """The view model of the list."""
    views = views_of(who, entity)
    query, short = views.applied(asked), views.asked(asked)
    found = listing(who, entity, query)
    may_create = entity.creatable and bool(policy.may(who, "create", entity.kind))
    may_update = entity.editable and bool(policy.may(who, "update", entity.kind))
    fields = [column.field for column in found.columns]
    tail = short.encode()
    editable = editable_names(who, entity, fields) if may_update else frozenset()
    depth = _depth(entity, query)
    drawn = _Drawn(entity, tail, found.names, _drawn_columns(entity, found, editable))
    return ListPage(
        entity=entity,
        query=short,
        views=views,
        listing=found,
        heads=tuple(_head(views, short, query.sort, column) for column in found.columns),
        lines=tuple(_line(drawn, row, depth(row)) for row in found.rows),
        totals=_totals(found.counted, found.columns),
        bar=filter_bar(who, entity, query),
        may_create=may_create,
        import_url=entity.url("import") if may_create else "",
        export_url=f"{entity.url('export')}?{short.encode()}"
        if policy.may(who, "export", entity.kind)
        else "",
        may_delete=bool(policy.may(who, "delete", entity.kind)),
        may_update=may_update,
        bulk_verbs=bulk_verbs(who, entity),
    )


def bulk_verbs(who: policy.Actor, entity: Entity) -> tuple[Verb, ...]:
    """The verbs this person may run on many rows."""
    return tuple(v for v in entity.verbs if v.bulk and policy.may(who, v.act, entity.kind))


def _head(views: Views, query: Query, sort: str, column: Column) -> Head:
    up, down = sort == column.name, sort == f"-{column.name}"
    following = f"-{column.name}" if up else column.name
    return Head(
        column=column,
        url=f"?{query.encode(sort=following)}" if column.sortable else "",
        state="up" if up else "down" if down else "",
        width=views.widths.get(column.name),
    )


class _Drawn(NamedTuple):
    """What is the same for all rows of a list; with each column whether it leads, and whether it is changed in place."""

    entity: Entity
    tail: str
    names: Names
    columns: Sequence[tuple[Field, bool, bool]]


def _drawn_columns(
    entity: Entity, found: Listing, editable: frozenset[str]
) -> list[tuple[Field, bool, bool]]:
    lead = _lead(entity, found)
    return [
        (one.field, one.name == lead, one.name in editable and one.name != lead)
        for one in found.columns
    ]


def _line(drawn: _Drawn, row: Any, depth: int) -> Line:
    page, names = drawn.entity.url("detail", row.pk), drawn.names
    cells = tuple(
        shown(
            row, field, names, lead=lead, edit_url=f"{page}fields/{field.name}/" if edited else ""
        )
        for field, lead, edited in drawn.columns
    )
    title = title_of(row, drawn.entity)
    return Line(row=row, url=f"{page}?{drawn.tail}", title=title, cells=cells, depth=depth)


def _depth(entity: Entity, query: Query) -> Callable[[Any], int]:
    """How far a row is set in: not at all in another order, or where rows above it may be left out."""
    is_whole = query.sort in ("", entity.sort) and not query.narrowed
    return entity.depth if entity.depth and is_whole else lambda _row: 0


def _lead(entity: Entity, found: Listing) -> str:
    """The column that carries the link: the title where it is shown, else the first."""
    names = [column.name for column in found.columns]
    return entity.title if entity.title in names else (names or [""])[0]


def _totals(counted: Counted, columns: tuple[Column, ...]) -> tuple[Total, ...]:
    return tuple(
        Total(currency=one.currency, amounts=tuple(_sum(one, column) for column in columns))
        for one in counted.sums
    )


def _sum(one: CurrencySum, column: Column) -> str | None:
    amount = one.amounts.get(column.name)
    return None if amount is None else format_money(amount, one.currency)


def _neighbour(
    who: policy.Actor, entity: Entity, query: Query, pk: int, *, back: bool
) -> int | None:
    order = listing_order(who, entity, query.sort)
    here = keyset_page(selectors.rows(who, entity.kind).filter(pk=pk), order, size=1).rows
    if not here:
        raise NotFound(N_("There is no such record."))
    cursor = cursor_of(order, here[0])
    after, before = ("", cursor) if back else (cursor, "")
    listed = listing_answer(who, entity, query)
    page = keyset_page(listed.source, order, size=1, after=after, before=before, apart=listed.apart)
    return page.rows[0].pk if page.rows else None


def _pixels(text: Any) -> int:
    if not str(text).isdigit():
        raise Invalid({"": [N_("A width is a number of pixels.")]})
    return int(text)
