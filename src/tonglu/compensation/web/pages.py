"""My pay and the team's board.

My pay, for whoever wants to know what this month brings: open it, read the sum, open the line. Two taps to the reason of a cent.
Team board, for whoever leads people: who stands where, in one look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.compensation.models import LedgerEntry
from tonglu.compensation.selectors import (
    Balances,
    PersonPay,
    balances_of,
    entries_of,
    statements_of,
    team_pay,
)
from tonglu.compensation.services.ledger import month_after
from tonglu.toolkit.clock import today
from tonglu.toolkit.money import base_currency


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days shown: a month or a year, with its neighbours."""

    first: date
    last: date
    title: str
    before: str
    after: str
    is_year: bool


@dataclass(frozen=True, kw_only=True)
class MyPay:
    """Everything the page of my pay shows."""

    span: Span
    balances: Balances
    entries: list[Any]
    statements: list[Any]
    chinese: bool
    base: str


@dataclass(frozen=True, kw_only=True)
class TeamBoard:
    """Everything the team's board shows."""

    span: Span
    people: list[PersonPay]
    most: Any
    base: str


@require_GET
def my_pay_page(request: HttpRequest) -> HttpResponse:
    """What I earned, what waits for the customer's money, what is payable and what was paid."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", LedgerEntry._meta.label_lower)
    span = span_of(request.GET.get("span", ""), today(actor))
    person_id = actor.person_id or 0
    page = MyPay(
        span=span,
        balances=balances_of(person_id, span.first, span.last),
        entries=list(entries_of(actor, person_id, span.first, span.last)[:500]),
        statements=list(statements_of(actor, person_id)[:12]),
        chinese=actor.language.startswith("zh"),
        base=base_currency(),
    )
    return render(request, "compensation/my_pay.html", {"page": page})


@require_GET
def team_pay_page(request: HttpRequest) -> HttpResponse:
    """Who earned what, as far as I may see it."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", LedgerEntry._meta.label_lower)
    span = span_of(request.GET.get("span", ""), today(actor))
    people = team_pay(actor, span.first, span.last)
    page = TeamBoard(
        span=span, people=people, most=people[0].earned if people else 0, base=base_currency()
    )
    return render(request, "compensation/team_pay.html", {"page": page})


def span_of(text: str, day: date) -> Span:
    """The span an address asks for: `2026-11` or `2026`; this month when it asks for none."""
    if text.isdecimal() and len(text) == 4:
        year = int(text)
        return Span(
            first=date(year, 1, 1),
            last=date(year, 12, 31),
            title=text,
            before=str(year - 1),
            after=str(year + 1),
            is_year=True,
        )
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = day.replace(day=1)
    following = month_after(first)
    return Span(
        first=first,
        last=following - timedelta(days=1),
        title=f"{first:%Y-%m}",
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{following:%Y-%m}",
        is_year=False,
    )
