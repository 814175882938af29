"""Addresses under /me/: what a person sets for themselves."""

from __future__ import annotations

from django.urls import path

from . import pages

app_name = "me"
urlpatterns = [
    path("", pages.profile, name="profile"),
    path("preferences", pages.preferences, name="preferences"),
]
