"""The PDF of a quote and a contract, and two versions of a quote side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from tonglu.entities import selectors as entities
from tonglu.entities.fields import lines_fields
from tonglu.entities.registry import entity_of
from tonglu.entities.web.shell import actor
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_
from tonglu.orders import documents, selectors
from tonglu.orders.core.versions import LineChange
from tonglu.orders.models import Contract, Quote, QuoteLine

COLUMNS = ("description", "quantity", "list_price", "discount", "price", "amount")


@dataclass(frozen=True, kw_only=True)
class ComparedLine:
    """One line of the comparison: its words, its kind, and the cells before and after."""

    change: LineChange
    currency: str

    @property
    def kind(self) -> str:
        """added, removed, changed or same."""
        return self.change.kind

    @property
    def cells(self) -> list[dict[str, Any]]:
        """For each column the value now and before, and whether they differ."""
        before, after = self.change.before or {}, self.change.after or {}
        return [
            {
                "name": name,
                "label": lines_fields(QuoteLine, COLUMNS)[name].label,
                "before": before.get(name),
                "after": after.get(name),
                "changed": name in self.change.changed,
            }
            for name in COLUMNS
        ]


@login_required
@require_GET
def quote_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF of a quote one may see."""
    row: Quote = entities.row(actor(request), Quote, pk)
    language = documents.language_of(request.GET.get("lang", ""), row.language)
    return pdf_response(documents.quote_pdf(row, language), row.number)


@login_required
@require_GET
def contract_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF of a contract one may see."""
    row: Contract = entities.row(actor(request), Contract, pk)
    language = documents.language_of(request.GET.get("lang", ""), get_language() or "en")
    return pdf_response(documents.contract_pdf(row, language), row.number)


@login_required
@require_GET
def quote_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """A version of a quote beside another one, the one before it unless named."""
    who = actor(request)
    row: Quote = entities.row(who, Quote, pk)
    versions = list(selectors.quote_versions(who, row))
    before = _before(versions, row, request.GET.get("with", ""))
    found = selectors.quotes_compare(who, before, row)
    context = {
        "entity": entity_of(Quote),
        "row": row,
        "before": before,
        "versions": [version for version in versions if version.pk != row.pk],
        "difference": found.difference,
        "columns": [lines_fields(QuoteLine, COLUMNS)[name].label for name in COLUMNS],
        "lines": [ComparedLine(change=change, currency=row.currency) for change in found.lines],
    }
    return render(request, "orders/quote_compare.html", context)


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF that opens in the browser under its document's number."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


def _before(versions: list[Quote], row: Quote, wanted: str) -> Quote:
    others = [version for version in versions if version.pk != row.pk]
    if wanted.isdecimal():
        others = [version for version in others if version.pk == int(wanted)]
    else:
        others = [v for v in others if v.edition < row.edition] or others
    if not others:
        raise NotFound(N_("There is no other version of this quote."))
    return others[0]
