"""A signature counts once: who approved the same content is not asked for it again.

The content is what is decided upon: the question, its record, the amount and the facts on the card. The reason given for asking
may change; whatever else changes is a new question.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from .models import ApprovalRequest, ApprovalVote, Decision

if TYPE_CHECKING:
    from .services import Question


def content_fingerprint(question: Question) -> str:
    """Tells whether two questions ask for the same decision."""
    content = [
        question.subject,
        question.row._meta.label_lower,
        question.row.pk,
        question.title,
        str(question.amount),
        question.currency,
        [list(fact) for fact in question.facts],
    ]
    return hashlib.sha256(orjson.dumps(content)).hexdigest()


def carry_signatures(request: ApprovalRequest) -> None:
    """Write the approvals that were given for the same content into a new request; each keeps its day and its words."""
    given = {
        vote.person_id: vote
        for vote in ApprovalVote.objects.filter(
            step__request__fingerprint=request.fingerprint, decision=Decision.APPROVED
        )
        .exclude(step__request=request)
        .order_by("pk")
    }
    for vote in ApprovalVote.objects.filter(step__request=request, person__in=given):
        before = given[vote.person_id]
        vote.decision, vote.comment, vote.carried = before.decision, before.comment, True
        vote.asked_at, vote.decided_at = before.asked_at, before.decided_at
        vote.decided_by_id = before.decided_by_id
        vote.save()
