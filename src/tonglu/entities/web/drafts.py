"""Panels inside a form: each change sends the whole form, and the panel answers for the record as it would be.

Nothing is stored. Whoever the panel does not concern gets nothing at all; a form that cannot be read yet gets the reason.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.drafts import draft_of
from tonglu.entities.panels import form_panel_named, form_panels_of
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import Denied, DomainError, NotFound
from tonglu.kernel.text import N_

from .forms import form_typed
from .shell import actor, entity_page, sentences


@require_POST
@entity_page
def new_panel(request: HttpRequest, entity: Entity, name: str) -> HttpResponse:
    """A panel in the form of a new record."""
    who = actor(request)
    if not entity.creatable:
        raise NotFound(N_("Records of this kind are not made by hand."))
    policy.require(who, "create", entity.kind)
    return _answer(request, who, entity, None, name)


@require_POST
@entity_page
def edit_panel(request: HttpRequest, entity: Entity, pk: int, name: str) -> HttpResponse:
    """A panel in the form of a record that is changed."""
    who = actor(request)
    row = selectors.row(who, entity.kind, pk)
    policy.require(who, "update", entity.kind, row)
    if not entity.editable:
        raise Denied(N_("Records of this kind are not changed by hand."))
    return _answer(request, who, entity, row, name)


def _answer(
    request: HttpRequest, who: policy.Actor, entity: Entity, row: Any, name: str
) -> HttpResponse:
    if name not in {panel.name for panel in form_panels_of(entity.kind)}:
        raise NotFound(N_("There is no such panel."))
    try:
        draft = draft_of(form_typed(request, who, entity, row))
    except DomainError as refusal:
        found = [text for texts in sentences(refusal).values() for text in texts]
        return render(request, "entities/form_panel_waits.html", {"reasons": found[:1]})
    panel = form_panel_named(who, entity.kind, draft, name)
    if panel is None:
        return HttpResponse("")
    context = {"panel": panel, "entity": entity, "row": draft, "saved": row}
    return render(request, panel.form_template, {**context, **panel.render(who, draft)})
