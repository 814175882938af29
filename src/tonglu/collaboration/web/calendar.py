"""The calendar page (month, week, day, team), the events it asks for, and the feed that other calendars read."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tonglu.collaboration import feeds, selectors, services
from tonglu.collaboration.models import CalendarEvent, Task
from tonglu.directory.selectors import people_in
from tonglu.entities.registry import entity_of
from tonglu.entities.selectors import row as visible_row
from tonglu.entities.web.shell import actor
from tonglu.kernel.errors import Invalid, NotFound
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import zone_of

WHOSE = ("mine", "team", "all")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The calendar, of oneself, of the team, or of everybody one may see."""
    asked = request.GET.get("whose", "mine")
    whose = asked if asked in WHOSE else "mine"
    context = {
        "whose": whose,
        "zone": str(zone_of(actor(request).timezone)),
        "choices": (("mine", _("Mine")), ("team", _("Team")), ("all", _("Everybody"))),
        "new_url": entity_of(CalendarEvent).url("new"),
        "has_feed": feeds.feed_exists(actor(request)),
        "feed_url": request.session.pop("feed_url", ""),
    }
    return render(request, "collaboration/calendar.html", context)


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new event, beginning where the calendar was pressed, or at nine of that day, and lasting an hour."""
    pressed = request.GET.get("start", "")
    filled = {}
    if pressed:
        zone = zone_of(actor(request).timezone)
        start = _point(actor(request), pressed).astimezone(zone)
        if "T" not in pressed:
            start = start.replace(hour=9)
        times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
        filled = {name: f"{at:%Y-%m-%dT%H:%M}" for name, at in times.items()}
    return redirect(f"{entity_of(CalendarEvent).url('new')}?{urlencode(filled)}")


@require_GET
def events(request: HttpRequest, whose: str) -> JsonResponse:
    """The events and due tasks between two points in time."""
    who = actor(request)
    start, end = _point(who, request.GET.get("start")), _point(who, request.GET.get("end"))
    people = _people(who, whose)
    found = selectors.events_between(who, start, end, people=people)
    tasks = selectors.tasks_due_between(who, start.date(), end.date(), people=people)
    shown = [_event(who, row) for row in found] + [_task(row) for row in tasks]
    return JsonResponse(shown, safe=False)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an event that was dragged, or change its length."""
    who = actor(request)
    row = visible_row(who, CalendarEvent, pk)
    start, end = _point(who, request.POST.get("start")), request.POST.get("end") or None
    services.event_move(
        actor=who, row=row, starts_at=start, ends_at=_point(who, end) if end else None
    )
    return HttpResponse(status=204)


@require_POST
def feed_renew(request: HttpRequest) -> HttpResponse:
    """Give the person a new feed address, shown once; the former one ends."""
    token = feeds.feed_renew(actor=actor(request))
    request.session["feed_url"] = request.build_absolute_uri(f"/calendar/feed/{token}.ics")
    return redirect("collaboration:calendar")


@require_GET
@login_not_required
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's events for other calendars; whoever has the address reads it."""
    text = feeds.feed_text(token, address=request.META.get("REMOTE_ADDR", ""))
    if text is None:
        raise NotFound(N_("There is no such calendar."))
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def _people(who: Actor, whose: str) -> set[int] | None:
    if whose == "mine":
        return set(who.own_ids)
    if whose == "team":
        return set(people_in(who.department_ids).values_list("pk", flat=True)) | set(who.own_ids)
    return None


def _point(who: Actor, text: str | None) -> datetime:
    """A day or a point in time, where the person is."""
    found = parse_datetime(text or "")
    if found is None:
        day = parse_date((text or "")[:10])
        if day is None:
            raise Invalid({"start": [N_("Give a date.")]})
        found = datetime.combine(day, time.min)
    return found if found.tzinfo else found.replace(tzinfo=zone_of(who.timezone))


def _event(who: Actor, row: CalendarEvent) -> dict[str, Any]:
    zone = zone_of(who.timezone)
    start, end = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    mine = row.owner_id in who.own_ids
    shown = {
        "title": row.title,
        "start": start.date().isoformat() if row.all_day else start.isoformat(),
        "end": end.date().isoformat() if row.all_day else end.isoformat(),
        "url": entity_of(CalendarEvent).url("detail", row.pk),
    }
    return {**shown, "move_url": f"/calendar/events/{row.pk}/move/"} if mine else shown


def _task(row: Task) -> dict[str, Any]:
    assert row.due_on is not None
    return {
        "title": f"☐ {row.subject}",
        "start": row.due_on.isoformat(),
        "url": entity_of(Task).url("detail", row.pk),
    }
