"""The administration's home: for whoever looks for a setting."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tonglu.administration.settings_home import settings_home


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """All settings by subject."""
    groups = settings_home(request.actor)  # type: ignore[attr-defined]
    return render(request, "administration/home.html", {"groups": groups})
