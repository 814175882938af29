"""What stands beside a request, and the requests that other records show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tonglu import policy
from tonglu.entities.panels import Panel
from tonglu.entities.registry import entity_declared, entity_of

from . import selectors
from .models import ApprovalRequest

if TYPE_CHECKING:
    from tonglu.policy import Actor


def _card(actor: Actor, row: ApprovalRequest) -> dict[str, Any]:
    """All that the decision needs."""
    about = entity_of(row.target_kind) if entity_declared(row.target_kind) else None
    return {
        "facts": selectors.facts_said(actor, row),
        "row": row,
        "about_url": about.url("detail", row.target_id) if about is not None else "",
    }


def _votes(_actor: Actor, row: ApprovalRequest) -> dict[str, Any]:
    return {
        "row": row,
        "votes": selectors.request_votes(row),
        "notes": selectors.request_notes(row),
        "pdf_url": reverse("approvals:request_pdf", kwargs={"pk": row.pk}),
    }


def _requests(actor: Actor, row: Any) -> dict[str, Any]:
    """The latest; a link for those who may open it, for the others how it stands."""
    latest = list(selectors.requests_of(row)[:5])
    named = ApprovalRequest.objects.filter(pk__in=[one.pk for one in latest])
    opens = set(policy.visible(actor, named, "read").values_list("pk", flat=True))
    return {"requests": [(one, one.pk in opens) for one in latest]}


def _has_requests(_actor: Actor, row: Any) -> bool:
    return selectors.requests_of(row).exists()


def requests_panel(on: str) -> Panel:
    """The approvals of a record, for the module that asks them to put on its page."""
    return Panel(
        on=on,
        name="approvals",
        title=_("Approvals"),
        render=_requests,
        template="approvals/panels/requests.html",
        icon="clipboard-check",
        side=True,
        order=20,
        allowed=_has_requests,
    )


PANELS = (
    Panel(
        on="approvals.approvalrequest",
        name="card",
        title=_("What the decision needs"),
        render=_card,
        template="approvals/panels/card.html",
        icon="list-check",
        order=1,
    ),
    Panel(
        on="approvals.approvalrequest",
        name="votes",
        title=_("Who is asked"),
        render=_votes,
        template="approvals/panels/votes.html",
        icon="users",
        side=True,
        order=1,
    ),
)
