"""The addresses of the API: its document, who I am, and the generic routes of every entity."""

from __future__ import annotations

from django.urls import include, path

from tonglu.entities.api.http import endpoint

from .views import api_document, api_me, api_unknown

app_name = "api"
urlpatterns = [
    path("openapi.json", endpoint(get=api_document), name="document"),
    path("me", endpoint(get=api_me), name="me"),
    path("", include("tonglu.compensation.api")),
    path("", include("tonglu.compensation.plan_api")),
    path("", include("tonglu.collaboration.api")),
    path("", include("tonglu.entities.api.urls")),
    path("<path:rest>", endpoint(get=api_unknown, post=api_unknown), name="unknown"),
]
