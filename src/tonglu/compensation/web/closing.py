"""The calendar of months of pay and the page of one month, for whoever closes it: what to look at first, then the sums, then the files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.compensation.accruals import (
    DEFAULT_MONTHS,
    AccrualReport,
    PlanCost,
    Terms,
    accruals_of,
    accruals_write,
    plan_costs_of,
)
from tonglu.compensation.core.numbers import number_text
from tonglu.compensation.exceptions import PayException, exceptions_of
from tonglu.compensation.models import PayPeriod, PeriodEvent, Statement
from tonglu.compensation.payroll import payroll_write
from tonglu.compensation.sheets import TYPES
from tonglu.entities import selectors as entities
from tonglu.entities.registry import entity_of
from tonglu.entities.web.shell import actor
from tonglu.entities.web.verbs import Button, buttons_of
from tonglu.policy import Actor
from tonglu.toolkit.money import base_currency

KIND = PayPeriod._meta.label_lower
SHOWN = 24
STATES = tuple(PayPeriod.State)
CLOSED = frozenset({PayPeriod.State.LOCKED, PayPeriod.State.PAID})


@dataclass(frozen=True, kw_only=True)
class MonthCard:
    """A month of the calendar."""

    row: PayPeriod
    marks: tuple[dict[str, str], ...]
    exceptions: tuple[PayException, ...]
    people: int
    answered: int
    disputed: int


@dataclass(frozen=True, kw_only=True)
class MonthPage:
    """A month, with what to look at first."""

    card: MonthCard
    buttons: tuple[Button, ...]
    statements: list[Statement]
    quiet: list[Statement]
    """Statements of people to whom the month brought nothing."""
    costs: list[PlanCost]
    opened: PlanCost | None
    steps: list[PeriodEvent]
    base: str


@dataclass(frozen=True, kw_only=True)
class AccrualPage:
    """The books' view of a month, with the terms it was read under."""

    row: PayPeriod
    report: AccrualReport
    terms: Terms
    tax: str
    base: str
    query: str


@login_required
@require_GET
def calendar_page(request: HttpRequest) -> HttpResponse:
    """The months of pay, the newest first; exceptions of those that are not closed."""
    who = actor(request)
    policy.require(who, "export", KIND)
    months = list(_counted(entities.rows(who, PayPeriod)).order_by("-first_day")[:SHOWN])
    cards = [_card(who, row) for row in months]
    open_cards = [card for card in cards if card.row.state not in CLOSED][::-1]
    context = {"cards": cards, "open_cards": open_cards, "base": base_currency()}
    return render(request, "compensation/calendar.html", context)


@login_required
@require_GET
def period_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One month."""
    who = actor(request)
    row = _period(request, pk)
    costs, asked = plan_costs_of(row), request.GET.get("plan", "")
    found = entities.rows(who, Statement).filter(period=row).select_related("owner", "period")
    statements = list(found.order_by("-payable", "-earned", "owner__name"))
    page = MonthPage(
        card=_card(who, _counted(PayPeriod.objects.filter(pk=row.pk)).get(), always=True),
        buttons=_in_order(buttons_of(who, entity_of(PayPeriod), row), row),
        statements=[one for one in statements if one.is_moved],
        quiet=[one for one in statements if not one.is_moved],
        costs=costs,
        opened=next((one for one in costs if str(one.plan_id) == asked), None),
        steps=list(row.steps.select_related("created_by").order_by("pk")),
        base=base_currency(),
    )
    return render(request, "compensation/period.html", {"page": page})


@login_required
@require_GET
def payroll_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The payroll file of a month: `?form=csv` or `xlsx`."""
    row = _period(request, pk)
    policy.require(actor(request), "export", Statement._meta.label_lower)
    form = _form(request)
    return _download(payroll_write(row, form), f"payroll-{row}", form)


@login_required
@require_GET
def accruals_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is capitalised, amortised, expensed and owed at the end of a month."""
    row = _period(request, pk)
    terms = _terms(request)
    tax = number_text(terms.tax_rate * 100)
    page = AccrualPage(
        row=row,
        report=accruals_of(row, terms),
        terms=terms,
        tax=tax,
        base=base_currency(),
        query=_query(terms, tax),
    )
    return render(request, "compensation/accruals.html", {"page": page})


@login_required
@require_GET
def accruals_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file, under the same terms: `?form=csv` or `xlsx`."""
    row = _period(request, pk)
    form = _form(request)
    report = accruals_of(row, _terms(request))
    return _download(accruals_write(report, form), f"accruals-{row}", form)


def _in_order(buttons: Iterable[Button], row: PayPeriod) -> tuple[Button, ...]:
    """What may be done now: the way forward first, the way back last; once calculated, calculating again is an aside."""
    open_ = row.state == PayPeriod.State.OPEN
    told = [
        replace(one, plain=one.plain or (one.verb.name == "calculate" and not open_))
        for one in buttons
        if one.enabled
    ]
    return tuple(sorted(told, key=lambda one: {"": 1, "danger": 2}.get(one.tone, 0)))


def _form(request: HttpRequest) -> str:
    return "xlsx" if request.GET.get("form") == "xlsx" else "csv"


def _download(content: bytes, name: str, form: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )


def _query(terms: Terms, tax: str) -> str:
    """The terms as an address carries them."""
    asked = {"months": str(terms.months), "tax": tax}
    return urlencode({**asked, "expedient": "on"} if terms.expedient else asked)


def _period(request: HttpRequest, pk: int) -> PayPeriod:
    """A month, for whoever may export pay: closing is about everybody's."""
    who = actor(request)
    row: PayPeriod = entities.row(who, PayPeriod, pk)
    policy.require(who, "export", KIND, row)
    return row


def _terms(request: HttpRequest) -> Terms:
    """The terms asked for; what cannot be read counts as the usual ones."""
    months = request.GET.get("months", "")
    try:
        tax = Fraction(Decimal(request.GET.get("tax") or "0")) / 100
    except (InvalidOperation, ValueError, OverflowError):
        tax = Fraction(0)
    asked = "months" in request.GET
    return Terms(
        months=min(max(int(months), 1), 120) if months.isdecimal() else DEFAULT_MONTHS,
        expedient=not asked or request.GET.get("expedient") == "on",
        tax_rate=tax if 0 <= tax <= 1 else Fraction(0),
    )


def _counted(found: Any) -> Any:
    return found.annotate(
        people=Count("statements"),
        answered=Count("statements", filter=Q(statements__state="acknowledged")),
        disputed=Count("statements", filter=Q(statements__state="disputed")),
    )


def _card(who: Actor, row: Any, *, always: bool = False) -> MonthCard:
    looked_at: Iterable[PayException] = ()
    if always or row.state not in CLOSED:
        looked_at = exceptions_of(who, row)
    return MonthCard(
        row=row,
        marks=_marks(row),
        exceptions=tuple(looked_at),
        people=row.people,
        answered=row.answered,
        disputed=row.disputed,
    )


def _marks(row: PayPeriod) -> tuple[dict[str, str], ...]:
    """The states as the bar of stages shows them."""
    at = STATES.index(PayPeriod.State(row.state))
    told = ("current" if n == at else "done" if n < at else "ahead" for n in range(len(STATES)))
    return tuple(
        {"label": str(state.label).capitalize(), "state": mark}
        for state, mark in zip(STATES, told, strict=True)
    )
