"""An approval as a PDF, so that paper never repeats it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tonglu.approvals.documents import request_pdf as draw
from tonglu.approvals.models import ApprovalRequest
from tonglu.entities import selectors as entities
from tonglu.entities.web.shell import actor


@login_required
@require_GET
def request_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of a request one may see, in the reader's language."""
    row: ApprovalRequest = entities.row(actor(request), ApprovalRequest, pk)
    return HttpResponse(
        draw(row),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{row.number}.pdf"'},
    )
