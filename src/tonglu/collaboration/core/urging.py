"""When a task may be urged: while it is open, by somebody else, and not twice within an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from tonglu.kernel.text import N_

PAUSE = timedelta(hours=1)


def urging_refused(*, is_open: bool, is_own: bool, urged_at: datetime | None, now: datetime) -> str:
    """Why the task may not be urged now; empty when it may."""
    if not is_open:
        return N_("This task is closed.")
    if is_own:
        return N_("This task is your own.")
    if urged_at is not None and now - urged_at < PAUSE:
        return N_("This task was urged within the last hour.")
    return ""
