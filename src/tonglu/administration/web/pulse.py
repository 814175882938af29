"""The state of the machine as a page: for whoever is asked why it is slow."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.administration.pulse import pulse
from tonglu.administration.rights import PULSE


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Figures and slow statements."""
    policy.require(request.actor, "read", PULSE)  # type: ignore[attr-defined]
    shown = pulse()
    context = {
        "page": shown,
        "half": shown.traffic.within(0.5),
        "most": shown.traffic.within(0.95),
    }
    return render(request, "administration/pulse.html", context)
