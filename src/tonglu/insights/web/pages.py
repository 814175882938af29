"""Sales reports, receivables by age, dead leads: for whoever steers, one page each, every number a link to its records."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.finance.core.ageing import BANDS
from tonglu.insights import receivables, reports
from tonglu.toolkit.money import base_currency


@require_GET
def sales_page(request: HttpRequest) -> HttpResponse:
    """What is open by stage and month of closing; then what was won and lost in a stretch of days, a year at choice."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", reports.DEAL)
    choices = reports.stretches(actor)
    asked = request.GET.get("year", "")
    chosen = next((one for one in choices if str(one.year) == asked), choices[0])
    now = [*reports.funnel_charts(actor), reports.forecast_chart(actor)]
    closed = [
        reports.wins_by_month_chart(actor, chosen),
        reports.wins_by_department_chart(actor, chosen),
        reports.wins_by_person_chart(actor, chosen),
    ]
    context = {
        "choices": choices,
        "chosen": chosen,
        "now": [] if chosen.year else now,
        "outcomes": reports.outcomes_table(actor, chosen),
        "closed": closed,
        "currency": base_currency(),
    }
    return render(request, "insights/sales.html", context)


@require_GET
def receivables_page(request: HttpRequest) -> HttpResponse:
    """What customers owe, by how long it has been due."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", "finance.invoice")
    aged, charts = receivables.ageing(actor)
    shown = {"rows": aged, "totals": receivables.totals(aged), "charts": charts, "bands": BANDS}
    return render(request, "insights/receivables.html", shown)


@require_GET
def dead_leads_page(request: HttpRequest) -> HttpResponse:
    """Which sources produced leads that died, and of what."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", reports.LEAD)
    return render(request, "insights/dead_leads.html", {"chart": reports.dead_leads_chart(actor)})
