"""The trash: putting a record there, seeing what is there, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.listing import query_of
from tonglu.entities.services import record_restore, record_trash
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import DomainError

from .lists import list_view
from .shell import actor, back_url, entity_page, go, in_modal, sentences, show
from .titles import title_of


@require_http_methods(["GET", "POST"])
@entity_page
def delete_page(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Ask, then put the record into the trash."""
    who = actor(request)
    row = selectors.row(who, entity.kind, pk)
    policy.require(who, "delete", entity.kind, row)
    if request.method == "GET":
        return _ask(request, entity, row, None)
    try:
        record_trash(actor=who, row=row)
    except DomainError as refusal:
        return _ask(request, entity, row, refusal)
    message = _("%(name)s is in the trash.") % {"name": title_of(row, entity)}
    return go(request, back_url(request, entity.url()), message)


@require_GET
@entity_page
def trash_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """The records in the trash that this person may take back."""
    who = actor(request)
    policy.require(who, "delete", entity.kind)
    asked = replace(query_of(request.GET), trash=True, view="all", sort="-deleted_at")
    page = list_view(who, entity, asked)
    return show(request, "entities/trash.html", {"page": page, "entity": entity}, part="table")


@require_POST
@entity_page
def restore_page(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Take a record out of the trash."""
    who = actor(request)
    row = get_object_or_404(selectors.trashed(who, entity.kind), pk=pk)
    record_restore(actor=who, row=row)
    message = _("%(name)s is back.") % {"name": title_of(row, entity)}
    return go(request, entity.url("detail", pk), message)


def _ask(
    request: HttpRequest, entity: Entity, row: Any, refusal: DomainError | None
) -> HttpResponse:
    errors = sentences(refusal) if refusal else {}
    context = {
        "entity": entity,
        "row": row,
        "title": title_of(row, entity),
        "problems": [text for found in errors.values() for text in found],
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "cancel": entity.url("detail", row.pk),
    }
    status = 200 if refusal is None else 422 if in_modal(request) else refusal.status
    return show(request, "entities/delete.html", context, part="modal", status=status)
