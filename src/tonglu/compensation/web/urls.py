"""The addresses of pay's own pages."""

from __future__ import annotations

from django.urls import path

from . import live, pages

app_name = "compensation"
urlpatterns = [
    path("my-pay/", pages.my_pay_page, name="my-pay"),
    path("team-pay/", pages.team_pay_page, name="team-pay"),
    path("pay-estimate/<slug:slug>/<int:pk>/", live.estimate_page, name="estimate"),
]
