"""The addresses of the pages of approvals."""

from __future__ import annotations

from django.urls import path

from . import pages

app_name = "approvals"

urlpatterns = [
    path("my-approvals/", pages.mine_page, name="mine"),
    path("my-approvals/<int:pk>/", pages.decide_page, name="decide"),
    path("approvals/<int:pk>/pdf/", pages.request_pdf, name="request_pdf"),
]
