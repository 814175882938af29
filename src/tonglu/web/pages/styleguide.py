"""Every component with sample data, for those who build pages; served only while DEBUG is on.

`/styleguide/` is the page; `/styleguide/<part>/` answers the requests its samples make: a lookup, a refused move, a field
edited in place, dialogs, calendar events, an upload.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from tonglu.web import shell as frame
from tonglu.web.pages import styleguide_samples as samples
from tonglu.web.shell import Area, Item, Reader, Shell


def page(request: HttpRequest) -> HttpResponse:
    """The whole guide, in the frame of a person who may see everything."""
    _only_for_developers()
    context = {**samples.context(get_language() or "en"), "shell": _shell(request)}
    return render(request, "web/styleguide.html", context)


def part(request: HttpRequest, name: str) -> HttpResponse:
    """The answer one of the samples asks for."""
    _only_for_developers()
    answer = PARTS.get(name)
    if answer is None:
        raise Http404
    return answer(request)


def _only_for_developers() -> None:
    if not settings.DEBUG:
        raise Http404


def _shell(request: HttpRequest) -> Shell:
    base = frame.shell_of(request)
    width, opened = frame.nav_state(request.COOKIES.get(frame.NAV_COOKIE, ""))
    areas = tuple(
        Area(
            name=area.name,
            title=area.title,
            icon=area.icon,
            items=area.items,
            is_open=area.name in opened or area.active,
        )
        for area in samples.areas(request.path)
    )
    return Shell(
        areas=areas,
        creations=tuple(Item(title=i.title, url="modal/", icon=i.icon) for i in areas[1].items),
        person=Reader(name="王小明", initials="小明", email="xiaoming@example.com"),
        languages=base.languages,
        theme=request.GET.get("theme", "auto"),
        density=request.GET.get("density", "comfortable"),
        unread=3,
        folded=width == "folded",
        links={**base.links, "search": "/styleguide/search/", "profile": "/", "sign_out": "/"},
        words=base.words,
    )


def _search(request: HttpRequest) -> HttpResponse:
    found = [
        row for row in samples.records() if request.GET.get("q", "").lower() in row["title"].lower()
    ]
    return JsonResponse({"results": found, "all": "/styleguide/?q=" + request.GET.get("q", "")})


def _lookup(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").lower()
    return JsonResponse(
        {"results": [row for row in samples.options() if text in row["label"].lower()]}
    )


def _move(request: HttpRequest) -> HttpResponse:
    if request.POST.get("to") != "won":
        return HttpResponse(status=204)
    return render(request, "web/components/dialog.html", samples.refusal(), status=409)


def _field(request: HttpRequest) -> HttpResponse:
    value = request.POST.get("value", request.GET.get("value", "128,000.00"))
    part_name = "value" if request.method == "POST" else "form"
    return render(request, f"web/styleguide/edit.html#{part_name}", {"value": value})


def _modal(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "web/styleguide/modal.html", {"text": request.GET.get("text", "")})
    created = {"id": 99, "label": request.POST.get("name", "")}
    answer = HttpResponse(status=204)
    answer.headers["HX-Trigger"] = _triggers({"tonglu:created": created, "tonglu:close": ""})
    return answer


def _toast(request: HttpRequest) -> HttpResponse:
    level = request.GET.get("level", "success")
    answer = HttpResponse(status=204)
    answer.headers["HX-Trigger"] = _triggers({"tonglu:toast": samples.toast(level)})
    return answer


def _events(request: HttpRequest) -> HttpResponse:
    start = timezone.localdate().replace(day=1)
    rows = [
        {"title": title, "start": str(start + dt.timedelta(days=day)), "move_url": "../move/"}
        for day, title in samples.events()
    ]
    return JsonResponse(rows, safe=False)


def _upload(request: HttpRequest) -> HttpResponse:
    names = [getattr(file, "name", "") for file in request.FILES.values()]
    return render(request, "web/styleguide/files.html", {"names": names})


def _triggers(events: dict[str, Any]) -> str:
    return JsonResponse(events).content.decode()


PARTS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "search": _search,
    "lookup": _lookup,
    "move": _move,
    "field": _field,
    "modal": _modal,
    "toast": _toast,
    "events": _events,
    "upload": _upload,
}
