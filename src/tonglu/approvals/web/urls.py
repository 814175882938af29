"""The addresses of the pages of approvals."""

from __future__ import annotations

from django.urls import path

from . import pages

app_name = "approvals"

urlpatterns = [path("approvals/<int:pk>/pdf/", pages.request_pdf, name="request_pdf")]
