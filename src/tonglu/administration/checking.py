"""Verifying the chain because somebody asked: a job, since it reads every entry there is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.audit.services import audit_check, audit_seal
from tonglu.directory.selectors import person_by_id
from tonglu.toolkit.jobs import defer, task, work_finish, work_start, working
from tonglu.toolkit.models import Work

from .rights import AUDIT

KIND = "administration.check"


def chain_check(*, actor: policy.Actor) -> Work:
    """Ask for the whole chain to be verified."""
    policy.require(actor, "verify", AUDIT)
    work = work_start(actor=actor, kind=KIND, title=_("Verification of the audit chain"))
    defer(KIND, work_id=work.pk, person_id=actor.person_id)
    return work


@task(name=KIND, retries=1)
def chain_check_job(*, work_id: int, person_id: int) -> None:
    """Seal what waits, verify all, and keep what was found."""
    actor = policy.actor_of(person_by_id(person_id))
    with working(work_id):
        policy.require(actor, "verify", AUDIT)
        audit_seal()
        found = audit_check(actor)
        work_finish(work_id, result={"entries": found.seq, "broken_at": found.broken_at})
