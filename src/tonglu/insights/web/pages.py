"""Sales reports, receivables by age, dead leads: for whoever steers, one page each, every number a link to its records."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.finance.core.ageing import BANDS
from tonglu.insights import reports


@require_GET
def sales_page(request: HttpRequest) -> HttpResponse:
    """Funnel, forecast, wins by month and by person."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", reports.DEAL)
    charts = [
        *reports.funnel_charts(actor),
        reports.forecast_chart(actor),
        reports.wins_by_month_chart(actor),
        reports.wins_by_person_chart(actor),
    ]
    return render(request, "insights/sales.html", {"charts": charts})


@require_GET
def receivables_page(request: HttpRequest) -> HttpResponse:
    """What customers owe, by how long it has been due."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", "finance.invoice")
    aged, charts = reports.ageing(actor)
    return render(
        request, "insights/receivables.html", {"rows": aged, "charts": charts, "bands": BANDS}
    )


@require_GET
def dead_leads_page(request: HttpRequest) -> HttpResponse:
    """Which sources produced leads that died, and of what."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", reports.LEAD)
    return render(request, "insights/dead_leads.html", {"chart": reports.dead_leads_chart(actor)})
