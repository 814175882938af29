"""What the customer sees behind the link of a quote: the offer, its PDF, and the way to accept or decline it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tonglu.kernel.errors import DomainError, NotFound
from tonglu.orders import documents, services
from tonglu.orders.models import Quote
from tonglu.orders.services.answers import Visitor
from tonglu.toolkit.clock import today

from .pages import pdf_response

ANSWERS = {"accept": services.quote_answer_accept, "decline": services.quote_answer_decline}


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def quote(request: HttpRequest, token: str) -> HttpResponse:
    """The offer; a look is noted, an answer is kept with its name."""
    try:
        row = services.quote_by_token(token)
    except NotFound:
        return _closed(request)
    language = documents.language_of(request.GET.get("lang", ""), row.language)
    with translation.override(language):
        if request.method == "POST":
            return _private(_answer(request, row, token, language))
        if not request.user.is_authenticated:
            services.quote_view(row=row, visitor=_visitor(request))
        return _private(_show(request, row, token, language))


@login_not_required
@never_cache
@require_GET
def quote_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF for the customer."""
    try:
        row = services.quote_by_token(token)
    except NotFound:
        return _closed(request)
    language = documents.language_of(request.GET.get("lang", ""), row.language)
    return _private(pdf_response(documents.quote_pdf(row, language), row.number))


def _answer(request: HttpRequest, row: Quote, token: str, language: str) -> HttpResponse:
    answer = ANSWERS.get(request.POST.get("answer", ""))
    if answer is None:
        return redirect(request.get_full_path())
    try:
        answer(
            row=row,
            name=request.POST.get("name", ""),
            note=request.POST.get("note", "")[:2000],
            visitor=_visitor(request),
        )
    except DomainError as refusal:
        return _show(request, row, token, language, problem=refusal.text(gettext))
    return redirect(request.get_full_path())


def _show(
    request: HttpRequest, row: Quote, token: str, language: str, *, problem: str = ""
) -> HttpResponse:
    document = documents.quote_values(row)
    context: dict[str, Any] = {
        "row": row,
        "token": token,
        "language": language,
        "document": document,
        "lines": [list(zip(document["head"], line, strict=True)) for line in document["lines"]],
        "problem": problem,
        "name": request.POST.get("name", ""),
        "note": request.POST.get("note", ""),
        "can_answer": row.state == Quote.State.SENT and not _is_late(row),
        "is_late": row.state == Quote.State.EXPIRED
        or (row.state == Quote.State.SENT and _is_late(row)),
    }
    return render(request, "orders/quote_public.html", context, status=422 if problem else 200)


def _closed(request: HttpRequest) -> HttpResponse:
    """Whoever follows such a link is a customer: nothing here leads to our own pages."""
    spoken = translation.get_language() or "en"
    language = documents.language_of(request.GET.get("lang", ""), spoken)
    with translation.override(language):
        page = render(request, "orders/quote_closed.html", {"language": language}, status=404)
    return _private(page)


def _is_late(row: Quote) -> bool:
    return row.valid_until is not None and row.valid_until < today()


def _visitor(request: HttpRequest) -> Visitor:
    return Visitor(
        address=request.META.get("REMOTE_ADDR") or None,
        agent=request.headers.get("User-Agent", ""),
    )


def _private(response: HttpResponse) -> HttpResponse:
    """Neither search engines nor the next site learn of the link; with "no-referrer" a browser would not say where an answer
    comes from, and it would be refused as forged."""
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
