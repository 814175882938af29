"""The audit as a page: for whoever must say who did what, and when, and whether the record of it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tonglu import policy
from tonglu.administration.checking import chain_check
from tonglu.administration.exporting import trail_export
from tonglu.administration.rights import AUDIT
from tonglu.administration.telling import Line, Reading, Told, kind_label, told_of, verb_label
from tonglu.administration.trail import TrailQuery, trail_page
from tonglu.audit.selectors import ChainState, chain_state, entries, values_used
from tonglu.audit.words import door_label
from tonglu.directory.selectors import people_active, person_by_id
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_

Choices = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class TrailView:
    """Everything the list shows."""

    query: TrailQuery
    told: list[Told]
    next: str
    person_name: str
    kinds: Choices
    verbs: Choices
    doors: Choices
    chain: ChainState
    may_verify: bool
    may_export: bool
    export_query: str

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.query.values())


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """One entry, opened."""

    told: Told
    lines: list[Line]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The trail, searched."""
    actor = _reader(request)
    query, cursor = TrailQuery.of(request.GET.dict()), request.GET.get("after", "")
    found = trail_page(query, cursor)
    told = Reading(actor, found.entries, values=False).told()
    after = _address(query, found.next) if found.next else ""
    if request.headers.get("HX-Target", "").startswith("more"):
        context = {"told": told, "next": after}
        return render(request, "administration/trail_rows.html", context)
    view = _view(actor, query, told, after)
    return render(request, "administration/trail.html", {"page": view})


@require_GET
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: old and new value of each field, as far as the reader may read it."""
    actor = _reader(request)
    found = entries().filter(pk=pk).first()
    if found is None:
        raise NotFound(N_("There is no such entry in the trail."))
    reading = Reading(actor, [found])
    view = EntryView(told=reading.told()[0], lines=reading.lines(found))
    part = "#entry" if request.headers.get("HX-Request") else ""
    return render(request, f"administration/trail_entry.html{part}", {"page": view})


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the chain to be verified."""
    work = chain_check(actor=_actor(request))
    messages.info(request, _("The chain is being verified; the result appears here."))
    return redirect("entities:works-one", pk=work.pk)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Ask for the entries that were looked for as a file."""
    query = TrailQuery.of(request.POST.dict())
    work = trail_export(actor=_actor(request), query=query)
    return redirect("entities:works-one", pk=work.pk)


@require_GET
def people(request: HttpRequest) -> JsonResponse:
    """People by a part of their name, for narrowing the trail."""
    _reader(request)
    found = people_active().filter(name__icontains=request.GET.get("q", ""))[:20]
    rows = found.values_list("pk", "name", "job_title")
    return JsonResponse(
        {"results": [{"id": pk, "label": name, "hint": title} for pk, name, title in rows]}
    )


def _actor(request: HttpRequest) -> policy.Actor:
    actor: policy.Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _reader(request: HttpRequest) -> policy.Actor:
    actor = _actor(request)
    policy.require(actor, "read", AUDIT)
    return actor


def _view(actor: policy.Actor, query: TrailQuery, told: list[Told], after: str) -> TrailView:
    person = person_by_id(query.person) if query.person else None
    return TrailView(
        query=query,
        told=told,
        next=after,
        person_name=person.name if person else "",
        kinds=_choices("kind", kind_label),
        verbs=_verbs(query.kind),
        doors=_choices("door", door_label),
        chain=chain_state(),
        may_verify=bool(policy.may(actor, "verify", AUDIT)),
        may_export=bool(policy.may(actor, "export", AUDIT)),
        export_query=urlencode(query.values()),
    )


def _choices(column: str, label: Any) -> Choices:
    pairs = [(value, label(value)) for value in values_used(column)]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def _verbs(kind: str) -> Choices:
    """The verbs of the chosen kind; without one, all of them with the name of their kind."""
    used = values_used("verb")
    if kind:
        pairs = [(verb, verb_label(verb)) for verb in used if verb.rpartition(".")[0] == kind]
    else:
        pairs = [
            (verb, told_of(kind_label(verb.rpartition(".")[0]), verb_label(verb))) for verb in used
        ]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def _address(query: TrailQuery, cursor: str) -> str:
    return "?" + urlencode({**query.values(), "after": cursor})
