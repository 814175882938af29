"""Saving a list as a view, changing and deleting views, choosing the default, pinning tabs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tonglu.entities.listing import Query, query_of
from tonglu.entities.spec import Entity
from tonglu.entities.views import (
    view_create,
    view_delete,
    view_make_default,
    view_pin,
    view_update,
    views_of,
)
from tonglu.kernel.errors import DomainError

from .shell import actor, entity_page, go, sentences, show

TEMPLATE = "entities/view.html"


@require_http_methods(["GET", "POST"])
@entity_page
def view_new(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Save the list of the address as a view of one's own."""
    who = actor(request)
    query = views_of(who, entity).applied(query_of(request.GET))
    if request.method == "GET":
        return _form(request, entity, title="", shared=False)
    title, shared = request.POST.get("title", ""), "shared" in request.POST
    try:
        view = view_create(actor=who, entity=entity, title=title, query=query, shared=shared)
    except DomainError as refusal:
        return _form(request, entity, title=title, shared=shared, refusal=refusal)
    if "pinned" in request.POST:
        view_pin(actor=who, entity=entity, key=f"s{view.pk}", pinned=True)
    return go(request, f"{entity.url()}?view=s{view.pk}", _("The view was saved."))


@require_http_methods(["GET", "POST"])
@entity_page
def view_edit(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Rename or share a view, or (with a query in the address) replace what it shows."""
    who = actor(request)
    views = views_of(who, entity)
    chosen = views.chosen(f"s{pk}")
    query = views.applied(query_of(request.GET) if request.GET else Query(view=chosen.key))
    if request.method == "GET":
        return _form(request, entity, title=str(chosen.title), shared=chosen.shared, pk=pk)
    title, shared = request.POST.get("title", str(chosen.title)), "shared" in request.POST
    try:
        view_update(actor=who, entity=entity, pk=pk, title=title, query=query, shared=shared)
    except DomainError as refusal:
        return _form(request, entity, title=title, shared=shared, pk=pk, refusal=refusal)
    return go(request, f"{entity.url()}?view=s{pk}", _("The view was saved."))


@require_POST
@entity_page
def view_remove(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Delete a view."""
    view_delete(actor=actor(request), entity=entity, pk=pk)
    return go(request, entity.url(), _("The view was deleted."))


@require_POST
@entity_page
def view_default(request: HttpRequest, entity: Entity, key: str) -> HttpResponse:
    """Open this kind with that view from now on."""
    view_make_default(actor=actor(request), entity=entity, key=key)
    return go(request, f"{entity.url()}?view={key}", _("This view opens first from now on."))


@require_POST
@entity_page
def view_pinned(request: HttpRequest, entity: Entity, key: str) -> HttpResponse:
    """Show a view as a tab, or no longer (`pinned=` empty)."""
    view_pin(actor=actor(request), entity=entity, key=key, pinned=bool(request.POST.get("pinned")))
    return go(request, f"{entity.url()}?view={key}")


def _form(
    request: HttpRequest,
    entity: Entity,
    *,
    title: str,
    shared: bool,
    pk: int | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    context = {
        "entity": entity,
        "title": title,
        "shared": shared,
        "pk": pk,
        "problems": [t for found in sentences(refusal).values() for t in found] if refusal else [],
        "action": request.get_full_path(),
    }
    return show(request, TEMPLATE, context, part="modal", status=422 if refusal else 200)
