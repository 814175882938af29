"""My pay: for whoever wants to know what this month brings, which deal brings most, and what the year could become.

Open it, read the sum, open the line. Two taps to the reason of a cent.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.compensation.faces.estimates import Wish
from tonglu.compensation.faces.home import home_of
from tonglu.compensation.faces.prospects import Prospect, best_deals, prospects_of
from tonglu.compensation.faces.spans import span_asked
from tonglu.compensation.faces.whatif import Pick, outcome_of
from tonglu.compensation.models import LedgerEntry
from tonglu.compensation.selectors import statements_of
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.money import base_currency

HUNDRED = Decimal(100)


@require_GET
def my_pay_page(request: HttpRequest) -> HttpResponse:
    """What I earned, what waits for the customer's money, what is payable and what was paid."""
    actor = _payee(request)
    span = span_asked(request.GET.get("span", ""), today(actor))
    context = {
        "home": home_of(actor, span, request.GET.get("show", "")),
        "statements": list(statements_of(actor, actor.person_id or 0)[:12]),
        "chinese": actor.language.startswith("zh"),
        "base": base_currency(),
    }
    return render(request, "compensation/my_pay.html", context)


@require_GET
def next_deals_page(request: HttpRequest) -> HttpResponse:
    """My open deals by what closing them now pays me."""
    context = {"best": best_deals(_payee(request)), "base": base_currency()}
    return render(request, _part(request, "compensation/next_deals.html", "deals"), context)


@require_GET
def what_if_page(request: HttpRequest) -> HttpResponse:
    """Several deals set to won; htmx asks for the outcome alone."""
    actor = _payee(request)
    prospects = prospects_of(actor)
    picks = [pick for one in prospects if (pick := _pick(request.GET, one)) is not None]
    context = {
        "prospects": [(one, _typed(request.GET, one, today(actor))) for one in prospects],
        "outcome": outcome_of(actor, picks),
        "base": base_currency(),
    }
    return render(request, _part(request, "compensation/what_if.html", "outcome"), context)


def _payee(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", LedgerEntry._meta.label_lower)
    return actor


def _part(request: HttpRequest, template: str, part: str) -> str:
    fragment = request.headers.get("HX-Request") == "true"
    return f"{template}#{part}" if fragment else template


def _pick(asked: QueryDict, one: Prospect) -> Pick | None:
    """The deal as the desk sets it, when it is picked."""
    key = str(one.row.pk)
    if key not in asked.getlist("pick"):
        return None
    wish = Wish(discount=_discount(asked.get(f"discount-{key}", "")), day=_day(asked, key))
    return Pick(prospect=one, wish=wish)


def _typed(asked: QueryDict, one: Prospect, day: date) -> dict[str, Any]:
    """What the desk shows for a deal: as asked for, else its own closing day."""
    key = str(one.row.pk)
    return {
        "picked": key in asked.getlist("pick"),
        "day": _day(asked, key) or max(one.deal.day, day),
        "discount": asked.get(f"discount-{key}", ""),
    }


def _day(asked: QueryDict, key: str) -> date | None:
    try:
        return parse_date(asked.get(f"day-{key}", ""))
    except ValueError:
        return None


def _discount(text: str) -> Decimal:
    """A percent as people write it; what is no number is none."""
    try:
        value = Decimal(text or 0)
    except InvalidOperation:
        return Decimal(0)
    return value / HUNDRED if value.is_finite() and 0 <= value <= HUNDRED else Decimal(0)
