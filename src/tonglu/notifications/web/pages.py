"""What I was told, newest first, and how I want to be told."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_
from tonglu.notifications.models import Mailing, Notice
from tonglu.notifications.selectors import SHOWN, Told, mailings, notices, told, unread_count, ways
from tonglu.notifications.services import notices_read, preferences_set
from tonglu.notifications.topics import TOPICS
from tonglu.policy import Actor

IN_PANEL = 10


@dataclass(frozen=True, kw_only=True)
class NoticesPage:
    """A page of notices; `next` is where older ones begin."""

    told: list[Told]
    unread: int
    next: int | None


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """All notices; under the bell, the newest."""
    actor = _actor(request)
    in_panel = bool(request.headers.get("HX-Request"))
    before = request.GET.get("before", "")
    most = IN_PANEL if in_panel else SHOWN
    cursor = int(before) if before.isdecimal() and len(before) < 19 else None
    found = notices(actor, before=cursor, most=most + 1)
    shown = NoticesPage(
        told=told(actor, found[:most]),
        unread=unread_count(actor),
        next=found[most - 1].pk if len(found) > most else None,
    )
    part = "#panel" if in_panel else ""
    return render(request, f"notifications/notices.html{part}", {"page": shown})


@require_GET
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read, and go to what it is about."""
    actor = _actor(request)
    found = Notice.objects.filter(pk=pk, person_id=actor.person_id or 0).first()
    if found is None:
        raise NotFound(N_("There is no such notice of yours."))
    notices_read(actor=actor, pk=pk)
    shown = told(actor, [found])
    return redirect(shown[0].url if shown and shown[0].url else "notifications:page")


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    actor = _actor(request)
    notices_read(actor=actor)
    if not request.headers.get("HX-Request"):
        return redirect("notifications:page")
    found = notices(actor, most=IN_PANEL)
    shown = NoticesPage(told=told(actor, found), unread=0, next=None)
    response = render(request, "notifications/notices.html#panel", {"page": shown})
    response["HX-Trigger"] = json.dumps({"tonglu:unread": {"count": 0}})
    return response


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How I hear of each topic."""
    actor = _actor(request)
    if request.method == "POST":
        chosen = {
            code: (f"bell-{code}" in request.POST, _mailing(request, code)) for code in TOPICS
        }
        preferences_set(actor=actor, chosen=chosen)
        messages.success(request, _("Saved."))
        return redirect("notifications:preferences")
    context = {"ways": ways(actor.person_id or 0), "mailings": mailings()}
    return render(request, "notifications/preferences.html", context)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _mailing(request: HttpRequest, code: str) -> str:
    given = request.POST.get(f"mailing-{code}", "")
    return given if given in Mailing.values else str(TOPICS[code].mailing)
