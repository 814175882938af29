"""The board of an entity: a lane per stage with count and sum, cards that are dragged, and moves that explain a refusal.

All lanes are read by one aggregate and one UNION query, whatever their number. A refused move says what is missing and offers the
missing fields in a form; filling them in and moving is one act, so that nothing is saved when the move is still refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.fields import Field, field_of
from tonglu.entities.filters import may_read
from tonglu.entities.keyset import KeysetPage, Order, keyset_page, keyset_rows, page_of
from tonglu.entities.listing import (
    Query,
    listing_order,
    listing_rows,
    query_of,
    without_search,
)
from tonglu.entities.related import Names, names_of, wanted_by
from tonglu.entities.spec import Board, Entity, Text
from tonglu.entities.views import Views, views_of
from tonglu.kernel.errors import Invalid, NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.money import base_currency

from .cardhtml import cards_html
from .cells import Shown, shown
from .filterbar import FilterBar, filter_bar
from .formats import format_money
from .shell import actor, entity_page, is_fragment, refused, show
from .titles import title_of

TEMPLATE = "entities/board.html"
CARDS = 15
BASE = "base_"
"""How fields begin that hold an amount in the currency of the books."""

Group = tuple[str, str, bool]
"""A board among several: id, name, and whether it is shown."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One record on the board."""

    row: Any
    title: str
    url: str
    facts: tuple[Shown, ...]
    move_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One column of the board. `sums` are one text a currency, for amounts are never added across currencies."""

    value: str
    label: Text
    cards: tuple[Card, ...]
    count: int
    sums: tuple[str, ...]
    more: str = ""
    more_address: str = ""

    @property
    def drawn(self) -> SafeString:
        """Its cards as HTML."""
        return cards_html(self.cards)


@dataclass(frozen=True, kw_only=True)
class BoardPage:
    """Everything the board shows."""

    entity: Entity
    query: Query
    views: Views
    lanes: tuple[Lane, ...]
    bar: FilterBar
    groups: tuple[Group, ...]
    may_create: bool
    may_delete: bool
    import_url: str
    export_url: str
    board_url: str

    @cached_property
    def view(self) -> Any:
        """The view that is shown."""
        return self.views.chosen(self.query.view)

    @cached_property
    def address(self) -> str:
        """The query as the tail of an address."""
        return self.query.encode()


@require_GET
@entity_page
def board_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """The board, or only its lanes when htmx asks."""
    who = actor(request)
    try:
        page = board_view(who, entity, board_of(entity), query_of(request.GET))
    except Invalid as refusal:
        return refused(request, refusal)
    answer = show(request, TEMPLATE, {"page": page, "entity": entity}, part="lanes")
    answer.headers["HX-Push-Url"] = f"{page.board_url}?{page.address}"
    return answer


@require_GET
@entity_page
def lane_page(request: HttpRequest, entity: Entity, value: str) -> HttpResponse:
    """More cards of one lane; the whole board for who opens the address by itself."""
    who, board = actor(request), board_of(entity)
    views = views_of(who, entity)
    query = views.applied(query_of(request.GET))
    if not is_fragment(request):
        return redirect(f"{entity.url('board')}?{query.encode(after='')}")
    order = listing_order(who, entity, query.sort)
    rows = _rows(who, entity, query).filter(**{board.column: value})
    found = keyset_page(rows, order, size=CARDS, after=query.after)
    names = names_of(who, wanted_by(found.rows, _facts(who, entity, board)))
    cards = _cards(who, entity, board, found.rows, names, query)
    lane = Lane(
        value=value,
        label="",
        cards=cards,
        count=0,
        sums=(),
        more=found.next,
        more_address=query.encode(after=found.next, before=""),
    )
    context = {"entity": entity, "lane": lane, "query": query}
    return show(request, TEMPLATE, context, part="cards")


def board_view(who: policy.Actor, entity: Entity, board: Board, asked: Query) -> BoardPage:
    """The view model of the board."""
    views = views_of(who, entity)
    groups, asked = _grouped(who, entity, board, asked)
    query = views.applied(asked)
    may_create = entity.creatable and bool(policy.may(who, "create", entity.kind))
    return BoardPage(
        entity=entity,
        query=views.asked(asked),
        views=views,
        lanes=_lanes(who, entity, board, query),
        bar=filter_bar(who, entity, query, but=board.group),
        groups=groups,
        may_create=may_create,
        may_delete=bool(policy.may(who, "delete", entity.kind)),
        import_url=entity.url("import") if may_create else "",
        export_url="",
        board_url=entity.url("board"),
    )


def board_of(entity: Entity) -> Board:
    if entity.board is None:
        raise NotFound(N_("This kind of record has no board."))
    return entity.board


def _may_move(who: policy.Actor, entity: Entity) -> bool:
    return bool(policy.may(who, "update", entity.kind))


def _grouped(
    who: policy.Actor, entity: Entity, board: Board, query: Query
) -> tuple[tuple[Group, ...], Query]:
    """The boards there are (one a pipeline) and the query narrowed to the chosen one, the first by default."""
    if not board.group:
        return (), query
    link = field_of(entity, board.group)
    if link is None:
        return (), query
    names = _group_names(who, link)
    chosen = (query.quick.get(board.group) or tuple(names)[:1] or ("",))[0]
    groups = tuple((pk, name, pk == chosen) for pk, name in names.items())
    return groups, query.with_quick(board.group, chosen) if chosen else query


def _group_names(who: policy.Actor, link: Field) -> dict[str, str]:
    rows = selectors.rows(who, link.related)[:50]
    return {str(row.pk): str(row) for row in rows}


def _lanes(who: policy.Actor, entity: Entity, board: Board, query: Query) -> tuple[Lane, ...]:
    order = listing_order(who, entity, query.sort)
    labels = _labels(who, entity, board, query)
    rows = _rows(who, entity, query)
    pages = _first_pages(rows, board, order, [value for value, _label in labels])
    shown_lanes = {f"{board.column}__in": [value for value, _label in labels]}
    kept = board.totals(who, query) if board.totals else None
    totals = _totals(entity, board, rows.filter(**shown_lanes)) if kept is None else _in_base(kept)
    every = [row for page in pages.values() for row in page.rows]
    names = names_of(who, wanted_by(every, _facts(who, entity, board)))
    return tuple(
        Lane(
            value=value,
            label=label,
            cards=_cards(who, entity, board, pages[value].rows, names, query),
            count=totals.get(value, (0, ()))[0],
            sums=tuple(
                format_money(amount, currency) for currency, amount in totals.get(value, (0, ()))[1]
            ),
            more=pages[value].next,
            more_address=query.encode(after=pages[value].next, before=""),
        )
        for value, label in labels
    )


def _labels(
    who: policy.Actor, entity: Entity, board: Board, query: Query
) -> Sequence[tuple[str, Text]]:
    """The lanes in order: as declared, else the choices of the column, else the records it may point at."""
    if board.lanes is not None:
        params = {name: values[0] for name, values in query.quick.items()}
        return [(str(value), label) for value, label in board.lanes(who, params)]
    field = field_of(entity, board.column)
    if field is None or not field.related:
        return list(field.choices) if field else []
    return list(_group_names(who, field).items())


def _rows(who: policy.Actor, entity: Entity, query: Query) -> QuerySet[Any]:
    return without_search(listing_rows(who, entity, query))


def _first_pages(
    rows: QuerySet[Any], board: Board, order: Order, values: Sequence[str]
) -> dict[str, KeysetPage]:
    """The first cards of every lane; one UNION query."""
    parts = [
        keyset_rows(rows.filter(**{board.column: value}), order, size=CARDS) for value in values
    ]
    if not parts:
        return {}
    every = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    by_lane: dict[str, list[Any]] = {value: [] for value in values}
    for row in every:
        by_lane.setdefault(_lane_of(row, board), []).append(row)
    return {value: page_of(found, order, size=CARDS) for value, found in by_lane.items()}


def _lane_of(row: Any, board: Board) -> str:
    value = getattr(row, f"{board.column}_id", None)
    return str(getattr(row, board.column) if value is None else value)


def _totals(
    entity: Entity, board: Board, rows: QuerySet[Any]
) -> dict[str, tuple[int, tuple[tuple[str, Decimal], ...]]]:
    """Count and sums by lane; one query."""
    columns = {f.name for f in entity.model._meta.concrete_fields}
    by_currency = bool(board.total) and not board.total.startswith(BASE) and "currency" in columns
    keys = (board.column, "currency") if by_currency else (board.column,)
    sums = {"_sum": Sum(board.total)} if board.total else {}
    found: dict[str, tuple[int, tuple[tuple[str, Decimal], ...]]] = {}
    for group in rows.order_by().values(*keys).annotate(_count=Count("pk"), **sums):
        lane = str(group[board.column])
        count, amounts = found.get(lane, (0, ()))
        if group.get("_sum"):
            amounts = (*amounts, (group.get("currency") or base_currency(), group["_sum"]))
        found[lane] = (count + group["_count"], amounts)
    return found


def _in_base(
    kept: Mapping[str, tuple[int, Decimal]],
) -> dict[str, tuple[int, tuple[tuple[str, Decimal], ...]]]:
    """Running totals are in the currency of the books."""
    return {
        lane: (count, ((base_currency(), amount),) if amount else ())
        for lane, (count, amount) in kept.items()
    }


def _facts(who: policy.Actor, entity: Entity, board: Board) -> list[Field]:
    found = (field_of(entity, name) for name in board.card if may_read(who, entity, name))
    return [field for field in found if field is not None]


def _cards(
    who: policy.Actor,
    entity: Entity,
    board: Board,
    rows: Sequence[Any],
    names: Names,
    query: Query,
) -> tuple[Card, ...]:
    facts, tail, may_move = _facts(who, entity, board), query.encode(), _may_move(who, entity)

    def card(row: Any) -> Card:
        page = entity.url("detail", row.pk)
        return Card(
            row=row,
            title=title_of(row, entity),
            url=f"{page}?{tail}",
            facts=tuple(one for field in facts if not (one := shown(row, field, names)).empty),
            move_url=f"{page}move/" if may_move else "",
        )

    return tuple(card(row) for row in rows)
