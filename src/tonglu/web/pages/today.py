"""The home page: what waits for me, the few figures I steer by, and where to begin when nothing does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tonglu.insights.figures import Figure, figures_of
from tonglu.toolkit.clock import now
from tonglu.web.house import house_figures
from tonglu.web.today import TodayBlock, today_blocks


@dataclass(frozen=True, kw_only=True)
class TodayPage:
    """Everything the home page shows."""

    name: str
    blocks: list[TodayBlock]
    figures: list[Figure]
    moment: Any


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The home page."""
    actor = request.actor  # type: ignore[attr-defined]
    figures = house_figures(actor) + figures_of(actor)
    made = TodayPage(name=actor.name, blocks=today_blocks(actor), figures=figures, moment=now())
    return render(request, "web/today.html", {"page": made})
