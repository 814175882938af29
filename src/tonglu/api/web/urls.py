"""The addresses of access tokens."""

from __future__ import annotations

from django.urls import path

from . import pages

app_name = "tokens"
urlpatterns = [
    path("me/tokens/", pages.mine, name="mine"),
    path("me/tokens/<int:pk>/revoke/", pages.revoke_mine, name="revoke-mine"),
    path("tokens/", pages.everybody, name="all"),
    path("tokens/<int:pk>/revoke/", pages.revoke_any, name="revoke-any"),
]
