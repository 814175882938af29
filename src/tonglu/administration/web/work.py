"""Background work as a page: what waits, what runs, what failed and may be tried again or given up, and what the clock starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tonglu import policy
from tonglu.administration.rights import WORK
from tonglu.administration.web.clockwork import rhythm_told, task_told
from tonglu.administration.work import work_give_up, work_retry, work_retry_all
from tonglu.kernel.errors import Invalid
from tonglu.toolkit.workload import (
    Job,
    Queue,
    Schedule,
    deliveries,
    jobs_in,
    mail_unsent,
    queue,
    schedules,
)

TABS = {
    "failed": gettext_lazy("Dead letters"),
    "running": gettext_lazy("Running"),
    "waiting": gettext_lazy("Waiting"),
    "events": gettext_lazy("Undelivered events"),
    "mail": gettext_lazy("Unsent mail"),
    "schedules": gettext_lazy("Schedules"),
}
STATES = {"failed": "failed", "running": "doing", "waiting": "todo"}


@dataclass(frozen=True, kw_only=True)
class ShownSchedule:
    """A schedule with its words."""

    schedule: Schedule
    title: str
    rhythm: str


@dataclass(frozen=True, kw_only=True)
class WorkView:
    """Everything the page shows: the numbers, and what stands under the chosen tab."""

    tab: str
    tabs: list[tuple[str, Any, int]]
    queue: Queue
    may_manage: bool
    jobs: list[Job] = field(default_factory=list)
    mails: list[Any] = field(default_factory=list)
    schedules: list[ShownSchedule] = field(default_factory=list)

    @property
    def oldest(self) -> str:
        """How long the oldest due job has waited, in the largest unit that says something."""
        seconds = int(self.queue.oldest.total_seconds())
        if seconds < 60:
            return _("%(n)s s") % {"n": seconds}
        if seconds < 3600:
            return _("%(n)s min") % {"n": seconds // 60}
        return _("%(n)s h") % {"n": seconds // 3600}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The page, on one of its tabs."""
    actor = _actor(request)
    policy.require(actor, "read", WORK)
    asked = request.GET.get("show", "")
    view = _view(actor, asked if asked in TABS else "failed")
    return render(request, "administration/work.html", {"page": view})


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one dead letter again."""
    work_retry(actor=_actor(request), job_id=pk)
    messages.success(request, _("The job is back in the queue."))
    return redirect("administration:work")


@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    """Try every dead letter again."""
    count = work_retry_all(actor=_actor(request))
    told = ngettext(
        "%(count)s job is back in the queue.", "%(count)s jobs are back in the queue.", count
    )
    messages.success(request, told % {"count": count})
    return redirect("administration:work")


@require_http_methods(["GET", "POST"])
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, and close the dead letter."""
    actor = _actor(request)
    policy.require(actor, "manage", WORK)
    problem, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            work_give_up(actor=actor, job_id=pk, reason=reason)
        except Invalid as refusal:
            problem = refusal.text(_)
        else:
            messages.success(request, _("The job was given up."))
            return _done(request)
    context = {"pk": pk, "problem": problem, "reason": reason}
    part = "#modal" if request.headers.get("HX-Request") else ""
    status = 422 if problem else 200
    return render(request, f"administration/give_up.html{part}", context, status=status)


def _actor(request: HttpRequest) -> policy.Actor:
    actor: policy.Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _done(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": "/background/"})
    return redirect("administration:work")


def _view(actor: policy.Actor, tab: str) -> WorkView:
    numbers = queue()
    counts = {
        "failed": numbers.failed,
        "running": numbers.running,
        "waiting": numbers.waiting + numbers.later,
        "events": numbers.undelivered,
        "mail": numbers.unsent,
    }
    return WorkView(
        tab=tab,
        tabs=[(name, label, counts.get(name, 0)) for name, label in TABS.items()],
        queue=numbers,
        may_manage=bool(policy.may(actor, "manage", WORK)),
        jobs=deliveries() if tab == "events" else jobs_in(STATES[tab]) if tab in STATES else [],
        mails=mail_unsent() if tab == "mail" else [],
        schedules=_schedules() if tab == "schedules" else [],
    )


def _schedules() -> list[ShownSchedule]:
    return [
        ShownSchedule(schedule=one, title=task_told(one.task), rhythm=rhythm_told(one))
        for one in schedules()
    ]
