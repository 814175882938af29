"""What calculating a month anew changed: for whoever approves it, before asking why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.compensation.faces.recalculations import recalculations_of
from tonglu.compensation.models import PayPeriod, Statement
from tonglu.entities.selectors import row as visible_row
from tonglu.toolkit.money import base_currency


@require_GET
def recalculations_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The month's latest calculation against the one before, statement by statement and line by line."""
    actor = request.actor  # type: ignore[attr-defined]
    period = visible_row(actor, PayPeriod, pk)
    policy.require(actor, "export", PayPeriod._meta.label_lower, period)
    names = {field.name: field.verbose_name for field in Statement._meta.concrete_fields}
    context = {
        "period": period,
        "changes": recalculations_of(actor, period),
        "names": names,
        "base": base_currency(),
    }
    return render(request, "compensation/recalculations.html", context)
