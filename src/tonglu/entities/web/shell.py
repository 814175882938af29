"""What all generic pages share: resolving the entity, asking for its fragment or the whole page, and telling what happened.

Every address is a full page first. When htmx asks for a part, the same template renders only the partial of that name
(`list.html#table`), so there is one source for both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from tonglu import policy
from tonglu.entities.registry import entity_by_slug
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import DomainError, Invalid

P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[HttpRequest, Entity, P], HttpResponse]
Routed: TypeAlias = Callable[..., HttpResponse]


def entity_page(view: View[P]) -> Routed:
    """A page under `/<slug>/`: signed in, the slug resolved, and the kind open to this person."""

    @login_required
    @wraps(view)
    def routed(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        entity = entity_by_slug(slug)
        policy.require(actor(request), "read", entity.kind)
        return view(request, entity, *args, **kwargs)

    return routed


def actor(request: HttpRequest) -> policy.Actor:
    """Who is asking."""
    found: policy.Actor = request.actor  # type: ignore[attr-defined]
    return found


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page rather than for the page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Boosted") != "true"


def target(request: HttpRequest) -> str:
    """The id of the element that htmx will fill, "" for a full page."""
    return request.headers.get("HX-Target", "") if is_fragment(request) else ""


def in_modal(request: HttpRequest) -> bool:
    """Whether the answer is shown in a dialog over the page."""
    return target(request).startswith("modal")


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    part: str = "",
    status: int = 200,
) -> HttpResponse:
    """The template, or only its partial `part` when one is named and htmx asks."""
    name = f"{template}#{part}" if part and is_fragment(request) else template
    return render(request, name, dict(context), status=status)


def go(request: HttpRequest, url: str, message: str = "", tone: str = "success") -> HttpResponse:
    """Leave for another page, with a notice there; htmx is told by a header."""
    if message:
        messages.add_message(request, _LEVELS[tone], message)
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def tell(
    response: HttpResponse,
    events: Mapping[str, Any],
    message: str = "",
) -> HttpResponse:
    """Add events for the page's scripts, and a toast, to a fragment."""
    toast = {"tonglu:toast": {"text": message, "level": "success"}} if message else {}
    told = {**events, **toast}
    if told:
        response.headers["HX-Trigger"] = json.dumps(told)
    return response


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """A refusal of what the address asks for: a dialog over the page as it stands, or the error page."""
    if not is_fragment(request):
        raise refusal
    context = {
        "title": gettext("That is not possible"),
        "text": " ".join(_texts(refusal)),
        "next_step": next_step(refusal),
    }
    return render(request, "web/components/dialog.html", context, status=400)


def sentences(refusal: DomainError) -> dict[str, list[str]]:
    """The sentences of a refusal by field ("" for the record as a whole), in the reader's language."""
    if isinstance(refusal, Invalid):
        return refusal.sentences(gettext)
    return {refusal.field: [refusal.text(gettext)]}


def next_step(refusal: DomainError) -> str:
    """What a refusal says would help, in the reader's language."""
    return _filled(refusal.next_step, refusal.params) if refusal.next_step else ""


def back_url(request: HttpRequest, otherwise: str) -> str:
    """Where `next` leads when it stays on this site, else `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe else otherwise


def _texts(refusal: DomainError) -> list[str]:
    return [text for found in sentences(refusal).values() for text in found]


def _filled(message: Any, params: Mapping[str, Any]) -> str:
    text = gettext(str(message))
    return text % params if params else text


_LEVELS = {
    "success": messages.SUCCESS,
    "info": messages.INFO,
    "warning": messages.WARNING,
    "error": messages.ERROR,
}
