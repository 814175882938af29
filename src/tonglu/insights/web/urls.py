"""The addresses of insights."""

from __future__ import annotations

from django.urls import path

from . import pages

app_name = "insights"
urlpatterns = [
    path("insights/sales/", pages.sales_page, name="sales"),
    path("insights/receivables/", pages.receivables_page, name="receivables"),
    path("insights/dead-leads/", pages.dead_leads_page, name="dead-leads"),
]
