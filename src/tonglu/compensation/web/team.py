"""The team's board: for whoever leads people, who stands where, and whom to help today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tonglu.compensation.faces.spans import span_asked
from tonglu.compensation.faces.team import board_of, opened_of
from tonglu.toolkit.clock import today
from tonglu.toolkit.money import base_currency


@require_GET
def team_pay_page(request: HttpRequest) -> HttpResponse:
    """Who earned what, as far as I may see it."""
    actor = request.actor  # type: ignore[attr-defined]
    span = span_asked(request.GET.get("span", ""), today(actor))
    person = request.GET.get("person", "")
    show = request.GET.get("show", "earned")
    board = board_of(actor, span)
    only = bool(request.GET.get("behind"))
    context = {
        "board": board,
        "ranked": [mate for mate in board.active if mate.is_behind or not only],
        "only_behind": only,
        "opened": opened_of(actor, span, int(person[:12]), show) if person.isdecimal() else None,
        "chinese": actor.language.startswith("zh"),
        "base": base_currency(),
    }
    return render(request, "compensation/team_pay.html", context)
