"""The job that seals the audit chain every minute."""

from __future__ import annotations

from tonglu.toolkit.jobs import task

from .services import audit_seal


@task(name="audit.seal", cron="* * * * *")
def seal_entries() -> None:
    """Link the entries written since the last run to the chain."""
    audit_seal()
