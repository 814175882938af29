"""Merging two records on a page: their values side by side, what moves, and which of the two stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.merging import (
    ACT,
    Side,
    merge_moving,
    merge_sides,
    merge_values,
    record_merge,
)
from tonglu.entities.related import names_of, wanted_by
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import DomainError, NotFound
from tonglu.kernel.text import N_

from .cells import Shown, shown
from .shell import actor, entity_page, go, next_step, sentences, show
from .titles import title_of

TEMPLATE = "entities/merge.html"
THEIRS = "theirs"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One field with both values drawn, and which is chosen."""

    side: Side
    mine: Shown
    theirs: Shown
    takes_theirs: bool


@require_http_methods(["GET", "POST"])
@entity_page
def merge_page(request: HttpRequest, entity: Entity, pk: int, other: int) -> HttpResponse:
    """Merge the record `other` into the record of the address, which stays."""
    who = actor(request)
    into, row = (selectors.row(who, entity.kind, one) for one in (pk, other))
    if entity.merge is None:
        raise NotFound(N_("Records of this kind are not merged."))
    for one in (into, row):
        policy.require(who, ACT, entity.kind, one)
    if request.method == "GET":
        return _ask(request, who, entity, row, into)
    chosen = [n.removeprefix("take-") for n, v in request.POST.items() if v == THEIRS]
    try:
        values = merge_values(who, row, into, chosen)
        changeset = record_merge(actor=who, row=row, into=into, values=values)
    except DomainError as refusal:
        return _ask(request, who, entity, row, into, chosen=chosen, refusal=refusal)
    message = _("Merged. It can be taken back here.")
    return go(request, f"{entity.url()}changes/{changeset.pk}/?back={into.pk}", message)


def _ask(
    request: HttpRequest,
    who: policy.Actor,
    entity: Entity,
    row: Any,
    into: Any,
    *,
    chosen: list[str] | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    errors = sentences(refusal) if refusal else {}
    context = {
        "entity": entity,
        "row": into,
        "other": row,
        "title": title_of(into, entity),
        "other_title": title_of(row, entity),
        "choices": _choices(who, row, into, chosen),
        "moving": merge_moving(row),
        "problems": [text for found in errors.values() for text in found],
        "next_step": next_step(refusal) if refusal else "",
        "cancel": entity.url("detail", into.pk),
        "swap": entity.url("merge", row.pk, other=into.pk),
        "action": request.get_full_path(),
    }
    return show(request, TEMPLATE, context, status=refusal.status if refusal else 200)


def _choices(who: policy.Actor, row: Any, into: Any, chosen: list[str] | None) -> list[Choice]:
    sides = merge_sides(who, row, into)
    fields = [side.field for side in sides]
    names = names_of(who, wanted_by([row, into], fields))
    return [
        Choice(
            side=side,
            mine=shown(into, side.field, names),
            theirs=shown(row, side.field, names),
            takes_theirs=side.takes_theirs if chosen is None else side.field.name in chosen,
        )
        for side in sides
    ]
