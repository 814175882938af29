"""Panels inside a form: each change sends the whole form, and the panel answers for the record as it would be.

Nothing is stored. Whoever the panel does not concern gets nothing at all; a form that cannot be read yet gets the reason.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.drafts import draft_of
from tonglu.entities.fields import fields_of
from tonglu.entities.forms import line_key
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
        return render(
            request, "entities/form_panel_waits.html", {"reason": _waits(entity, refusal)}
        )
    panel = form_panel_named(who, entity.kind, draft, name)
    if panel is None:
        return HttpResponse("")
    context = {"panel": panel, "entity": entity, "row": draft, "saved": row}
    return render(request, panel.form_template, {**context, **panel.render(who, draft)})


def _waits(entity: Entity, refusal: DomainError) -> str:
    """Why a panel cannot answer yet, in one line: the fields that are still empty, or else the first thing that is wrong."""
    empty: dict[str, None] = {}
    wrong = []
    for name, texts in sentences(refusal).items():
        label = _label(entity, name)
        if label and texts == [_("This field is required.")]:
            empty[label] = None
        else:
            wrong += [f"{label}: {text}" if label else text for text in texts]
    if empty:
        return _("Still to fill in: %(fields)s.") % {"fields": ", ".join(empty)}
    return wrong[0] if wrong else ""


def _label(entity: Entity, name: str) -> str:
    """What a form calls a field, of the record or of one of its lines (`quoteline.0.product`)."""
    table, _dot, rest = name.partition(".")
    models = {line_key(lines): lines.model for lines in entity.lines}
    if table in models:
        columns = {f.name: f for f in models[table]._meta.concrete_fields}
        found: Any = columns.get(rest.rpartition(".")[2])
        return str(capfirst(found.verbose_name)) if found is not None else ""
    field = fields_of(entity).get(name)
    return str(capfirst(field.label)) if field is not None else ""
