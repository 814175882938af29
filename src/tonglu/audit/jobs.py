"""The jobs of the chain: sealed every minute, verified every night."""

from __future__ import annotations

from tonglu.policy.actors import Actor
from tonglu.toolkit.jobs import task

from .services import audit_check, audit_seal


@task(name="audit.seal", cron="* * * * *")
def seal_entries() -> None:
    """Link the entries written since the last run to the chain."""
    audit_seal()


@task(name="audit.check", cron="41 3 * * *", retries=1)
def check_chain() -> None:
    """Verify the whole chain at night; a broken place shows on the audit's page and in the figures of health."""
    audit_check(Actor.system("job"))
