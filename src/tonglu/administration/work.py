"""What an administrator may do with background work that failed: try it again, or give it up with a reason; both are noted."""

from __future__ import annotations

from django.db import transaction

from tonglu import policy
from tonglu.audit.services import audit_note
from tonglu.kernel.errors import Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.jobs import dead_letters, job_retry
from tonglu.toolkit.workload import job_give_up

from .rights import WORK


@transaction.atomic
def work_retry(*, actor: policy.Actor, job_id: int) -> None:
    """Put one dead letter back into the queue."""
    policy.require(actor, "manage", WORK)
    job_retry(job_id)
    audit_note(actor, verb="work.retried", kind=WORK, row_id=job_id, note={"job": job_id})


@transaction.atomic
def work_retry_all(*, actor: policy.Actor) -> int:
    """Put every dead letter back; gives how many there were."""
    policy.require(actor, "manage", WORK)
    found = [letter.id for letter in dead_letters()]
    for job_id in found:
        job_retry(job_id)
    if found:
        audit_note(actor, verb="work.retried", kind=WORK, note={"jobs": found})
    return len(found)


@transaction.atomic
def work_give_up(*, actor: policy.Actor, job_id: int, reason: str) -> None:
    """Close a dead letter for good; the reason is kept in the trail."""
    policy.require(actor, "manage", WORK)
    if not reason.strip():
        raise Invalid({"reason": [N_("Say why this work may be left undone.")]})
    task = job_give_up(job_id)
    note: dict[str, object] = {"job": job_id, "task": task, "reason": reason.strip()}
    audit_note(actor, verb="work.given_up", kind=WORK, row_id=job_id, note=note)
