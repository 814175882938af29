"""The addresses of notices."""

from __future__ import annotations

from django.urls import path

from . import pages

app_name = "notifications"
urlpatterns = [
    path("notifications/", pages.page, name="page"),
    path("notifications/read/", pages.read, name="read"),
    path("notifications/<int:pk>/", pages.follow, name="follow"),
    path("me/notifications/", pages.preferences, name="preferences"),
]
