"""The directory's housekeeping, by the clock."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore

from tonglu.toolkit.jobs import task

from .signin.throttle import counts_forget


@task(name="directory.tidy", cron="41 4 * * *")
def tidy() -> None:
    """Every night: sessions that ran out, and sign-in counts that no longer matter."""
    SessionStore.clear_expired()
    counts_forget()
