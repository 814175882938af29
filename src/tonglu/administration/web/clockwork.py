"""What the clock starts, in words: each task by what it is for, and how often it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tonglu.toolkit.workload import Schedule

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TASKS: dict[str, _StrPromise] = {
    "approvals.escalate": gettext_lazy("Hand late decisions one higher"),
    "audit.check": gettext_lazy("Verify the whole audit trail"),
    "audit.seal": gettext_lazy("Seal what was written to the audit trail"),
    "compensation.corrections.book": gettext_lazy("Book pay corrections whose notice has passed"),
    "compensation.uncollected": gettext_lazy("Take back pay released for money that never came"),
    "directory.tidy": gettext_lazy("Forget ended sessions and old sign-in counts"),
    "notifications.morning": gettext_lazy("Tell people of the tasks of their day"),
    "orders.quotes.expire": gettext_lazy("Close quotes whose time has passed"),
    "sales.strays.rebuild": gettext_lazy("Find stray deals anew"),
    "sales.totals.check": gettext_lazy("Compare running totals with the deals"),
    "sales.totals.fold": gettext_lazy("Put running totals together"),
    "toolkit.backup.nightly": gettext_lazy("Take a backup and prove it by a restore"),
    "toolkit.files.sweep": gettext_lazy("Delete files that no record names"),
    "toolkit.idempotency.forget": gettext_lazy("Forget the keys of repeated API calls"),
    "toolkit.jobs.rescue": gettext_lazy("Put jobs of stopped workers back into the queue"),
    "toolkit.tidy": gettext_lazy("Forget finished jobs, delivered events and sent mail"),
}


def task_told(name: str) -> str:
    """What a task is for; nothing for one that is not ours."""
    return str(TASKS.get(name, ""))


def rhythm_told(schedule: Schedule) -> str:
    """How often it runs, with the time of day where its reader is; as written where it is none of the usual rhythms."""
    minute, hour, *rest = schedule.cron.split()
    if rest != ["*"] * 3:
        return schedule.cron
    if (minute, hour) == ("*", "*"):
        return _("every minute")
    if minute.startswith("*/") and hour == "*":
        count = int(minute[2:])
        told = ngettext("every %(count)s minute", "every %(count)s minutes", count)
        return told % {"count": count}
    if minute.isdigit() and hour == "*":
        return _("every hour")
    if minute.isdigit() and hour.isdigit():
        return _("every day at %(time)s") % {"time": f"{localtime(schedule.next):%H:%M}"}
    return schedule.cron
