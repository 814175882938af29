"""The URL root: the pages and the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tonglu.toolkit.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("", include("tonglu.web.urls")),
]
