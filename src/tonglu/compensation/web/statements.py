"""One statement, every cent of which opens to its reason; and the same on paper."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tonglu.compensation.documents import statement_pdf_of
from tonglu.compensation.models import Dispute, Statement
from tonglu.compensation.paper import Paper, paper_of
from tonglu.compensation.selectors import statement_before
from tonglu.entities import selectors as entities
from tonglu.entities.registry import entity_of
from tonglu.entities.web.shell import actor
from tonglu.entities.web.verbs import Button, buttons_of
from tonglu.toolkit.money import base_currency

LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True, kw_only=True)
class StatementPage:
    """Everything the page of a statement shows."""

    paper: Paper
    buttons: tuple[Button, ...]
    disputes: list[Dispute]
    is_own: bool
    base: str
    before: int | None
    """The statement of the month before, whose closing balances are the opening ones."""

    @property
    def dispute(self) -> str:
        """Where its payee says what is wrong, and comes back from; nothing when nobody may any more."""
        found = (one for one in self.buttons if one.verb.name == "dispute" and one.enabled)
        button = next(found, None) if self.is_own else None
        here = reverse("compensation:statement", args=(self.paper.row.pk,))
        return f"{button.url}?next={here}" if button else ""

    @property
    def tiles(self) -> list[tuple[str, Decimal, str]]:
        """The figures that matter, each with the part of the page that makes it; what moved nothing leads to where that is said."""
        row, paper = self.paper.row, self.paper
        stand = {group.name for group in paper.groups}
        stand |= {n for n, held in (("bridge", paper.bridge), ("balances", paper.accounts)) if held}
        instead = next((one for one in ("bridge", "balances") if one in stand), "nothing")
        told = (
            (_("Earned"), row.earned, "earned"),
            (_("Released"), row.released, "due"),
            (_("Payable"), row.payable, "bridge"),
            (_("Paid out"), row.paid, "bridge"),
            (_("Waiting for customers' money"), row.held_after, "balances"),
        )
        return [(label, sum_, part if part in stand else instead) for label, sum_, part in told]


@login_required
@require_GET
def statement_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A statement one may see, opened line by line."""
    who = actor(request)
    row: Statement = _statement(request, pk)
    page = StatementPage(
        paper=paper_of(row),
        buttons=buttons_of(who, entity_of(Statement), row),
        disputes=list(entities.rows(who, Dispute).filter(statement=row).order_by("pk")),
        is_own=row.owner_id in who.own_ids,
        base=base_currency(),
        before=statement_before(who, row),
    )
    return render(request, "compensation/statement.html", {"page": page})


@login_required
@require_GET
def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A statement one may see as a PDF, in the language asked for."""
    row = _statement(request, pk)
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in LANGUAGES else get_language() or "en"
    return HttpResponse(
        statement_pdf_of(row, language),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="pay-{row.period}-{row.pk}.pdf"'},
    )


def _statement(request: HttpRequest, pk: int) -> Any:
    return entities.row(actor(request), Statement, pk)
