"""The record of an approval, put together for its printed page in the active language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tonglu.toolkit import formatting
from tonglu.toolkit.pdf import pdf_render

from . import ports, selectors

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .models import ApprovalRequest, ApprovalVote


def request_pdf(actor: Actor, row: ApprovalRequest) -> bytes:
    """The request with the facts that the reader may know, and every decision with name and time."""
    return pdf_render("approvals/request.typ", request_values(actor, row))


def request_values(actor: Actor, row: ApprovalRequest) -> dict[str, Any]:
    """What the template prints."""
    return {
        "language": _language(),
        "heading": _("Approval"),
        "number": row.number,
        "title": row.title,
        "state": row.get_state_display(),
        "facts": [
            [_("Question"), str(ports.subject_of(row.subject).label)],
            [_("Requested by"), str(row.owner or "")],
            [_("Asked on"), _moment(row.created_at)],
            [_("Decided"), _moment(row.decided_at)],
            *selectors.facts_said(actor, row),
        ],
        "reason_heading": _("Reason"),
        "reason": row.reason,
        "condition_heading": _("Approved on condition that"),
        "condition": row.condition,
        "votes_heading": _("Who is asked"),
        "votes": [_vote(vote) for vote in selectors.request_votes(row)],
        "automatic": _("Decided within own authority; nobody had to be asked.")
        if row.automatic
        else "",
        "page": _("Page"),
    }


def _vote(vote: ApprovalVote) -> list[str]:
    name = str(vote.person)
    if vote.decided_by_id not in (None, vote.person_id):
        name = f"{name} ({vote.decided_by})"
    return [name, str(vote.get_decision_display()), _moment(vote.decided_at), vote.comment]


def _moment(value: Any) -> str:
    return formatting.moment_text(timezone.localtime(value), _language()) if value else ""


def _language() -> str:
    return translation.get_language() or "en"
