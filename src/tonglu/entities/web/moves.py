"""Moving a card of a board: the move, and what a refused one tells and asks for.

The fields that a stage asks for stand in the refusal as a form. Filling them in and moving is one transaction: when the move is
still refused, nothing of it is kept.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.fields import Field, field_of
from tonglu.entities.forms import EntityForm
from tonglu.entities.services import record_save
from tonglu.entities.spec import Board, Entity
from tonglu.kernel.errors import DomainError, Invalid, Stale

from .boards import board_of
from .controls import controls_of, raw_of
from .shell import actor, entity_page, next_step, sentences, show, tell
from .titles import title_of

REASON = "reason"


@require_POST
@entity_page
def move_page(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Move a card to another lane; the fields named `fill` are saved on the way."""
    who, board = actor(request), board_of(entity)
    row = selectors.row(who, entity.kind, pk)
    filled = _filled(request, entity)
    try:
        with transaction.atomic():
            reason = _reason(request, board, filled)
            row = _saved(
                request, who, entity, row, [f for f in filled if not _is_reason(f, reason)]
            )
            board.move(actor=who, row=row, to=request.POST.get("to", ""), **reason)
    except DomainError as refusal:
        return _refused(request, who, entity, row, refusal)
    moved = {"pk": pk, "to": request.POST.get("to", "")}
    return tell(HttpResponse(status=204), {"tonglu:close": {}, "tonglu:moved": moved})


def _filled(request: HttpRequest, entity: Entity) -> list[Field]:
    """The fields that were filled in on the way."""
    names = dict.fromkeys(request.POST.getlist("fill"))
    return [field for name in names if (field := field_of(entity, name))]


def _reason(request: HttpRequest, board: Board, filled: Sequence[Field]) -> dict[str, str]:
    """The reason for a move that takes one, such as for stages that are passed over."""
    takes_one = REASON in inspect.signature(board.move).parameters
    given = [request.POST.get(f.name, "") for f in filled if f.name.endswith(REASON)]
    return {REASON: given[0]} if takes_one and given else {}


def _is_reason(field: Field, reason: Mapping[str, str]) -> bool:
    return bool(reason) and field.name.endswith(REASON)


def _saved(
    request: HttpRequest, who: policy.Actor, entity: Entity, row: Any, fields: Sequence[Field]
) -> Any:
    if not fields:
        return row
    names = [field.name for field in fields]
    form = EntityForm(entity, who, raw_of(fields, request.POST), row=row, names=names, partial=True)
    return record_save(form=form)


def _refused(
    request: HttpRequest, who: policy.Actor, entity: Entity, row: Any, refusal: DomainError
) -> HttpResponse:
    """Why the card went back, with the fields that are missing as a form."""
    errors = sentences(refusal)
    asked = {field.name: field for field in _filled(request, entity)}
    asked.update((f.name, f) for name in errors if (f := _fillable(entity, name)))
    fields = list(asked.values())
    raw = raw_of(_filled(request, entity), request.POST)
    context = {
        "entity": entity,
        "row": row,
        "title": title_of(row, entity),
        "to": request.POST.get("to", ""),
        "controls": controls_of(who, entity, fields, row=row, raw=raw, errors=errors),
        "problems": [text for name, found in errors.items() if name not in asked for text in found],
        "next_step": next_step(refusal),
        "stale": isinstance(refusal, Stale),
        "edit_url": entity.url("edit", row.pk),
    }
    again = "fill" in request.POST or isinstance(refusal, Invalid)
    status = 422 if again else refusal.status
    return show(request, "entities/refused.html", context, part="modal", status=status)


def _fillable(entity: Entity, name: str) -> Field | None:
    """A missing field that can be filled in; the lane itself cannot."""
    found = field_of(entity, name)
    if found is None or found.readonly or (entity.board and name == entity.board.column):
        return None
    return found
