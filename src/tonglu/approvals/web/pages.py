"""My approvals on one page, decided in one tap each; and an approval as a PDF, so that paper never repeats it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from tonglu import policy
from tonglu.approvals import ports, selectors
from tonglu.approvals.documents import request_pdf as draw
from tonglu.approvals.models import ApprovalRequest
from tonglu.entities import selectors as entities
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.services import record_run
from tonglu.entities.web.shell import actor, next_step, sentences
from tonglu.kernel.errors import DomainError, NotFound
from tonglu.kernel.text import N_

if TYPE_CHECKING:
    from tonglu.policy import Actor

KIND = "approvals.approvalrequest"
MOST = 50
DECISIONS = {"approve": _("Approved."), "return": _("Sent back.")}
TABS: dict[str, tuple[Any, Callable[[Any], QuerySet[ApprovalRequest]]]] = {
    "waiting": (_("Waiting for me"), selectors.requests_waiting_for),
    "asked": (_("Asked by me"), selectors.requests_asked_by),
    "copied": (_("Copied to me"), selectors.requests_copied_to),
    "decided": (_("Decided by me"), selectors.requests_decided_by),
}


@dataclass(frozen=True, kw_only=True)
class Card:
    """One request with all that its decision needs, and where it and its record are read in full."""

    row: ApprovalRequest
    facts: list[tuple[str, str]]
    subject: Any
    url: str
    about_url: str


@login_required
@require_GET
def mine_page(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I asked, what was copied to me, what I decided."""
    who = actor(request)
    policy.require(who, "read", KIND)
    tab = request.GET.get("tab", "waiting")
    if tab not in TABS:
        raise NotFound(N_("There is no such page."))
    found = TABS[tab][1](who).select_related("owner")[:MOST]
    context = {
        "tab": tab,
        "tabs": [(name, title) for name, (title, _find) in TABS.items()],
        "cards": [_card(who, row) for row in found],
        "waiting": selectors.requests_waiting_for(who).count(),
    }
    return render(request, "approvals/mine.html", context)


@login_required
@require_POST
def decide_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision in one tap; a second tap on the same card finds it decided, and says so."""
    who: Actor = actor(request)
    row = entities.row(who, ApprovalRequest, pk)
    verb, comment = request.POST.get("decision", ""), request.POST.get("comment", "").strip()
    if verb not in DECISIONS:
        raise NotFound(N_("There is no such act."))
    try:
        policy.require(who, "approve", KIND, row)
        if verb == "return" and not comment:
            raise DomainError(N_("Say what is the matter, then send it back."), field="comment")
        record_run(actor=who, row=row, verb=verb, params={"comment": comment})
    except DomainError as refusal:
        said = [text for found in sentences(refusal).values() for text in found]
        messages.warning(request, f"{row}: {' '.join([*said, next_step(refusal)])}".strip())
    else:
        messages.success(request, f"{gettext(str(DECISIONS[verb]))} {row}")
    return redirect("approvals:mine")


@login_required
@require_GET
def request_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of a request one may see, in the reader's language."""
    who = actor(request)
    row: ApprovalRequest = entities.row(who, ApprovalRequest, pk)
    return HttpResponse(
        draw(who, row),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{row.number}.pdf"'},
    )


def _card(who: Actor, row: ApprovalRequest) -> Card:
    labels = dict(ports.subjects())
    about = entity_of(row.target_kind) if entity_declared(row.target_kind) else None
    return Card(
        row=row,
        facts=selectors.facts_said(who, row),
        subject=labels.get(row.subject, row.subject),
        url=entity_of(ApprovalRequest).url("detail", row.pk),
        about_url=about.url("detail", row.target_id) if about is not None else "",
    )
