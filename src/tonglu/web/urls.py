"""The addresses of the frame's own pages."""

from __future__ import annotations

from django.urls import path

from tonglu.web.pages import search, styleguide, today

app_name = "web"

urlpatterns = [
    path("", today.page, name="home"),
    path("search/", search.page, name="search"),
    path("styleguide/", styleguide.page, name="styleguide"),
    path("styleguide/<slug:name>/", styleguide.part, name="styleguide_part"),
]
