"""The search over everything: a page for reading on, and the records of the command palette as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.entities.registry import all_entities
from tonglu.entities.search import Hit, Hits, search
from tonglu.entities.spec import Entity
from tonglu.toolkit.ui import navigation
from tonglu.web.shell import link

TEMPLATE = "web/search.html"
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Found:
    """One line of the results."""

    title: str
    url: str
    hint: str = ""
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """The results of one kind, with the way to all of them."""

    title: str
    icon: str
    found: tuple[Found, ...]
    more: str = ""


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """What answers `?q=`: the page, its results alone for htmx, or JSON for the palette (`?as=json`)."""
    who: policy.Actor = request.actor  # type: ignore[attr-defined]
    text = request.GET.get("q", "").strip()[:LONGEST]
    groups = [_group(hits, text) for hits in search(who, text)]
    if request.GET.get("as") == "json":
        return JsonResponse(_palette(groups, text))
    places = tuple(_places(who, text)) if text else ()
    context = {"text": text, "groups": groups, "places": places}
    part = "#results" if request.headers.get("HX-Target") == "results" else ""
    return render(request, TEMPLATE + part, context)


def _group(hits: Hits, text: str) -> Group:
    entity = hits.entity
    more = f"{entity.url()}?{urlencode({'view': 'all', 'q': text})}" if hits.more else ""
    return Group(
        title=_capital(entity.plural),
        icon=entity.icon,
        found=tuple(_found(entity, hit) for hit in hits.hits),
        more=more,
    )


def _found(entity: Entity, hit: Hit) -> Found:
    return Found(title=hit.name, url=entity.url("detail", hit.pk), hint=hit.hint, icon=entity.icon)


def _palette(groups: list[Group], text: str) -> dict[str, Any]:
    results = [
        {
            "group": group.title,
            "title": one.title,
            "hint": one.hint,
            "url": one.url,
            "icon": one.icon,
        }
        for group in groups
        for one in group.found
    ]
    return {"results": results, "all": f"{reverse('web:search')}?{urlencode({'q': text})}"}


def _places(who: policy.Actor, text: str) -> Iterator[Found]:
    """The pages and acts whose name holds the text."""
    wanted = text.casefold()
    for place in _every_place(who):
        if wanted in place.title.casefold():
            yield place


def _every_place(who: policy.Actor) -> Iterator[Found]:
    for entry in navigation.registered():
        if entry.allowed(who) and (url := link(entry.url_name)):
            yield Found(title=str(entry.title), url=url, icon=entry.icon)
    for entity in all_entities():
        if not entity.menu or not policy.may(who, "read", entity.kind):
            continue
        yield Found(title=_capital(entity.plural), url=entity.url(), icon=entity.icon)
        if entity.creatable and policy.may(who, "create", entity.kind):
            title = _("New %(label)s") % {"label": entity.label}
            yield Found(title=title, url=entity.url("new"), icon="plus")


def _capital(text: Any) -> str:
    title = str(text)
    return title[:1].upper() + title[1:]
