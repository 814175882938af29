"""The toolkit's own housekeeping, by the clock."""

from __future__ import annotations

from datetime import timedelta

from . import clock
from .jobs import forget_finished, rescue, task
from .models import OutboxEvent, OutgoingMail

_KEPT = timedelta(days=90)


@task(name="toolkit.jobs.rescue", cron="* * * * *", retries=0)
def rescue_jobs() -> None:
    """Every minute, beside what each worker does by itself: jobs of workers that died go back into the queue."""
    rescue()


@task(name="toolkit.tidy", cron="23 4 * * *")
def tidy() -> None:
    """Every night: finished jobs, delivered events and sent mail older than they are useful."""
    forget_finished()
    oldest = clock.now() - _KEPT
    OutboxEvent.objects.filter(published_at__lt=oldest).delete()
    OutgoingMail.objects.filter(sent_at__lt=oldest).delete()
