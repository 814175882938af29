"""The addresses of the pages of orders."""

from __future__ import annotations

from django.urls import path

from . import pages, public

app_name = "orders"

urlpatterns = [
    path("q/<str:token>/", public.quote, name="quote_public"),
    path("q/<str:token>/pdf/", public.quote_pdf, name="quote_public_pdf"),
    path("quotes/<int:pk>/pdf/", pages.quote_pdf, name="quote_pdf"),
    path("quotes/<int:pk>/compare/", pages.quote_compare, name="quote_compare"),
    path("contracts/<int:pk>/pdf/", pages.contract_pdf, name="contract_pdf"),
]
