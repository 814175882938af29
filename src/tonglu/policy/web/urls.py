"""Addresses of the policy's pages."""

from __future__ import annotations

from django.urls import path

from . import pages, why

app_name = "policy"
urlpatterns = [
    path("policy/", pages.matrix, name="matrix"),
    path("policy/rules/", pages.rule, name="rule"),
    path("policy/fields/", pages.fields, name="fields"),
    path("policy/fields/set/", pages.field_rule, name="field_rule"),
    path("policy/walls/", pages.walls, name="walls"),
    path("policy/versions/", pages.versions, name="versions"),
    path("policy/versions/<int:number>/", pages.version, name="version"),
    path("policy/issue/", pages.issue, name="issue"),
    path("policy/discard/", pages.discard, name="discard"),
    path("policy/preview/", pages.preview, name="preview"),
    path("policy/people/", pages.people, name="people"),
    path("why/<str:kind>/<int:pk>/", why.why, name="why"),
]
