"""The jobs of the running totals: folded every ten minutes, checked every night; stray deals that came home are then forgotten."""

from __future__ import annotations

from tonglu.toolkit.jobs import task

from .totals import strays_rebuild, totals_check, totals_fold


@task(name="sales.totals.fold", cron="*/10 * * * *")
def fold() -> None:
    """Put together what was written since the last time."""
    totals_fold()


@task(name="sales.totals.check", cron="23 3 * * *", retries=0)
def check() -> None:
    """Compare the totals with the deals; a difference is a failed job, which the state of the machine shows."""
    totals_check()


@task(name="sales.strays.rebuild", cron="43 3 * * *")
def find_strays() -> None:
    """Find stray deals anew, so that those that came home are no longer looked at."""
    strays_rebuild()
