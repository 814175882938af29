"""Finding a record while typing, and noticing while typing that it exists already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.duplicates import Duplicates, duplicates_of
from tonglu.entities.fields import Field, field_of, fields_of
from tonglu.entities.fills import INTO, fill_of
from tonglu.entities.filters import may_read
from tonglu.entities.lookups import name_fields
from tonglu.entities.related import names_of, title_links, wanted_by
from tonglu.entities.search import text_condition
from tonglu.entities.spec import Entity

from .controls import main_told
from .known import main_rows
from .shell import actor, entity_page, show
from .titles import title_of

MOST = 12
CHOSEN = "chosen"
MAIN = "main"
PRICE = "list_price"
"""The field whose value a chosen record brings into the price of a line, unless its kind has a fill."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """A record that was found, with what tells it from its namesakes, and what it fills in beside itself."""

    pk: int
    label: str
    hint: str
    fill: Mapping[str, str] = field(default_factory=dict)


@require_GET
@entity_page
def lookup_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Visible records whose name holds the text; other parameters narrow them, as `account=12` does for contacts.

    `chosen=12` asks again what that one brings into the form, `main=1` for the main one alone: the main contact of the account.
    """
    who = actor(request)
    is_main = MAIN in request.GET and main_told(who, entity.kind)
    rows = main_rows(who, entity.kind) if is_main else selectors.rows(who, entity.kind)
    rows = _narrowed(request, who, entity, rows)
    chosen = request.GET.get(CHOSEN, "")
    rows = rows.filter(pk=chosen) if chosen.isdecimal() else rows
    found = nearest(who, entity, rows, request.GET.get("q", "").strip())
    matches = matches_of(who, entity, found, request.GET.dict())
    results = [
        {"id": one.pk, "label": one.label, "hint": one.hint, "fill": one.fill} for one in matches
    ]
    return JsonResponse({"results": results})


@require_GET
@entity_page
def duplicates_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """The records that what is being typed may repeat; those out of sight are only counted."""
    who = actor(request)
    typed = {name: request.GET.get(name, "").strip() for name in entity.duplicate_keys}
    pk = request.GET.get("pk", "")
    found: Duplicates = duplicates_of(who, entity, typed, but=int(pk) if pk.isdecimal() else None)
    matches = [
        (one, entity.url("detail", one.pk)) for one in matches_of(who, entity, list(found.visible))
    ]
    context = {"entity": entity, "matches": matches, "hidden": found.hidden, "ask": found.ask}
    return show(request, "entities/duplicates.html", context, part="found")


def nearest(who: policy.Actor, entity: Entity, rows: QuerySet[Any], text: str) -> list[Any]:
    """The rows to offer for a text: the one that is called just that, then those that begin with it, then the latest."""
    matching = lookup_rows(who, entity, rows, text)
    found = list(matching[:MOST])
    if not text:
        return found
    called = [name for name in name_fields(entity.kind) if may_read(who, entity, name)]
    if called and len(found) == MOST:
        just_that = reduce(or_, (Q(**{f"{name}__iexact": text}) for name in called))
        found = list({row.pk: row for row in (*matching.filter(just_that)[:1], *found)}.values())
    return sorted(found, key=lambda row: _distance(row, called, text.casefold()))[:MOST]


def _distance(row: Any, called: Sequence[str], text: str) -> int:
    names = [str(getattr(row, name) or "").casefold() for name in called]
    if text in names:
        return 0
    return 1 if any(name.startswith(text) for name in names) else 2


def lookup_rows(who: policy.Actor, entity: Entity, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The rows a text means, the most recently changed first."""
    if text.strip():
        rows = rows.filter(text_condition(who, entity, text))
    links = title_links(entity.kind)
    rows = rows.select_related(*links) if links else rows
    return rows.order_by("-updated_at", "-pk")


def matches_of(
    who: policy.Actor, entity: Entity, rows: list[Any], given: Mapping[str, str] | None = None
) -> list[Match]:
    """The rows as matches, with what they bring into a form that holds `given`; one query for the names in their hints."""
    hinted = _hint_field(who, entity)
    names = names_of(who, wanted_by(rows, [hinted] if hinted else []))
    filled = _filled(who, entity, rows, given or {})
    return [
        Match(
            pk=row.pk,
            label=title_of(row, entity),
            hint=_hint(row, hinted, names),
            fill=filled.get(row.pk, {}),
        )
        for row in rows
    ]


def _filled(
    who: policy.Actor, entity: Entity, rows: list[Any], given: Mapping[str, str]
) -> Mapping[int, Mapping[str, str]]:
    if PRICE not in fields_of(entity) or not may_read(who, entity, PRICE):
        return {}
    fill = fill_of(entity.kind, given.get(INTO, ""))
    if fill and (fill.into or any(given.get(name) for name in fill.given)):
        return fill.run(who, rows, {name: given.get(name, "") for name in fill.asked})
    return {row.pk: {"price": str(getattr(row, PRICE) or "")} for row in rows}


def _narrowed(
    request: HttpRequest, who: policy.Actor, entity: Entity, rows: QuerySet[Any]
) -> QuerySet[Any]:
    """Only rows that belong to what the form holds already; fields this kind does not have are passed over."""
    fill = fill_of(entity.kind, request.GET.get(INTO, ""))
    apart = {"q", CHOSEN, MAIN, INTO, *(fill.asked if fill else ())}
    for name, value in request.GET.dict().items():
        found = field_of(entity, name) if name not in apart else None
        if found is None or not value or found.is_custom or not may_read(who, entity, name):
            continue
        rows = rows.filter(**{found.path: value}) if _fits(found, value) else rows.none()
    return rows


def _fits(field: Field, value: str) -> bool:
    return value.isdecimal() if field.related else bool(field.choices)


def _hint_field(who: policy.Actor, entity: Entity) -> Field | None:
    name = entity.subtitle
    return field_of(entity, name) if name and may_read(who, entity, name) else None


def _hint(row: Any, field: Field | None, names: Any) -> str:
    if field is None:
        return ""
    if field.related:
        pk = getattr(row, f"{field.name}_id", None)
        return names.name(field.related, pk) or ""
    value = getattr(row, field.name, "")
    return str(field.choice_label(value) if field.choices else value or "")
