"""What the queue holds, for a page and for a monitor: counts, jobs by state, undelivered events, unsent mail, schedules.

Arguments and errors are shown only as far as they name things: numbers, codes, and the first line of an error. What a job carried
or met may hold what its reader must not see; the rest stands in the log under the job's request id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_

from . import clock
from .jobs import DEAD_AFTER_SECONDS
from .models import JobFailure, OutboxEvent, OutgoingMail

DELIVERY = "toolkit.event.handle"
SHOWN = 50
_CODE = re.compile(r"[\w.:+-]{0,60}")
_TRACEBACK = "Traceback (most recent call last):"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\([^)]*\)")
_UNFINISHED = ("todo", "doing", "failed")


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The queue in numbers. `oldest` is how long the longest-waiting due job has waited."""

    waiting: int
    later: int
    running: int
    failed: int
    oldest: timedelta
    workers: int
    undelivered: int
    unsent: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job as it may be shown; of an event's delivery `event` names the event."""

    id: int
    task: str
    state: str
    attempts: int
    arguments: str
    since: datetime | None
    due: datetime | None
    error: str
    event: str

    @property
    def name(self) -> str:
        """What is being done: the task, or the event and who is told."""
        return self.event or self.task


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A task that is deferred by the clock; `last_state` is how its last run ended."""

    task: str
    cron: str
    last: datetime | None
    last_state: str
    next: datetime


def queue() -> Queue:
    """The numbers, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, {"delivery": DELIVERY, "dead": DEAD_AFTER_SECONDS})
        waiting, later, running, failed, undelivered, oldest, workers, unsent = cursor.fetchone()
    return Queue(
        waiting=waiting,
        later=later,
        running=running,
        failed=failed,
        undelivered=undelivered,
        oldest=oldest or timedelta(),
        workers=workers,
        unsent=unsent,
    )


def jobs_in(state: str, *, before: int | None = None, most: int = SHOWN) -> list[Job]:
    """The jobs of one state ("todo", "doing", "failed"), the newest first; those that wait, the next first."""
    rows = ProcrastinateJob.objects.filter(status=state)
    if before is not None:
        rows = rows.filter(id__lt=before)
    order = ("scheduled_at", "id") if state == "todo" else ("-id",)
    return _shown(rows.order_by(*order)[:most])


def deliveries(*, most: int = SHOWN) -> list[Job]:
    """Events that a subscriber has not been given yet, the newest first."""
    rows = ProcrastinateJob.objects.filter(status__in=_UNFINISHED, task_name=DELIVERY)
    return _shown(rows.order_by("-id")[:most])


def mail_unsent(*, most: int = SHOWN) -> list[OutgoingMail]:
    """Mail that no server has taken yet, the oldest first."""
    return list(OutgoingMail.objects.filter(sent_at=None).order_by("id")[:most])


def schedules() -> list[Schedule]:
    """Every task that runs by the clock, with its last and its next run."""
    runs, moment = _last_runs(), clock.now()
    found = []
    for (name, _id), periodic in app.periodic_registry.periodic_tasks.items():
        last, state = runs.get(name, (None, ""))
        following = periodic.croniter.get_next(ret_type=float, start_time=moment.timestamp())
        found.append(
            Schedule(
                task=name,
                cron=periodic.cron,
                last=last,
                last_state=state,
                next=datetime.fromtimestamp(following, UTC),
            )
        )
    return sorted(found, key=lambda one: one.next)


def job_give_up(job_id: int) -> str:
    """Close a dead letter for good, and give the name of its task; NotFound when it is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE id = %s AND status = 'failed'"
            " RETURNING task_name",
            [job_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound(N_("This job is not waiting to be retried."))
    return str(row[0])


_NUMBERS = """
SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
       count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()),
       count(*) FILTER (WHERE status = 'doing'),
       count(*) FILTER (WHERE status = 'failed'),
       count(*) FILTER (WHERE task_name = %(delivery)s),
       (SELECT now() - min(coalesce(scheduled_at, (SELECT min(at) FROM procrastinate_events
                                                   WHERE job_id = due.id AND type = 'deferred')))
        FROM (SELECT id, scheduled_at FROM procrastinate_jobs
              WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now() ORDER BY id LIMIT 200) AS due),
       (SELECT count(*) FROM procrastinate_workers
        WHERE last_heartbeat > now() - make_interval(secs => %(dead)s)),
       (SELECT count(*) FROM toolkit_outgoingmail WHERE sent_at IS NULL)
FROM procrastinate_jobs
WHERE status IN ('todo', 'doing', 'failed')
"""


def _shown(rows: Iterable[ProcrastinateJob]) -> list[Job]:
    jobs = list(rows)
    ids = [job.id for job in jobs]
    failures = {one.job_id: one for one in JobFailure.objects.filter(job_id__in=ids).order_by("id")}
    wanted = [job.args.get("event_id") for job in jobs if job.task_name == DELIVERY]
    events = dict(OutboxEvent.objects.filter(pk__in=wanted).values_list("pk", "name"))
    since = _since(ids)
    return [_job(job, failures.get(job.id), events, since.get(job.id)) for job in jobs]


def _job(
    job: ProcrastinateJob,
    failure: JobFailure | None,
    events: dict[int, str],
    since: datetime | None,
) -> Job:
    event = events.get(job.args.get("event_id", 0), "") if job.task_name == DELIVERY else ""
    return Job(
        id=job.id,
        task=job.task_name,
        state=job.status,
        attempts=job.attempts,
        arguments=_arguments(job.args),
        since=since,
        due=job.scheduled_at,
        error=_first_line(failure.error) if failure else "",
        event=event,
    )


def _arguments(arguments: dict[str, Any]) -> str:
    """The arguments that are numbers or codes; of all others, that there is something."""
    named = {name: value for name, value in arguments.items() if not name.startswith("_")}
    return ", ".join(f"{name} {_argument(value)}" for name, value in named.items())


def _argument(value: Any) -> str:
    if isinstance(value, bool | int | None) or (isinstance(value, str) and _CODE.fullmatch(value)):
        return str(value)
    return "…"


def _first_line(error: str) -> str:
    """The line of a traceback that names the error, without what it quotes: the values are not for this page."""
    _head, _mark, raised = error.rpartition(_TRACEBACK)
    lines = [line for line in raised.splitlines() if line and not line.startswith((" ", "\t"))]
    return _QUOTED.sub("…", lines[0])[:200] if lines else ""


def _since(ids: list[int]) -> dict[int, datetime]:
    """When each job came into its present state."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT job_id, max(at) FROM procrastinate_events WHERE job_id = ANY(%s) GROUP BY job_id",
            [ids],
        )
        return dict(cursor.fetchall())


def _last_runs() -> dict[str, tuple[datetime | None, str]]:
    """Of every schedule the last time it was due, and the state of that job."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (run.task_name) run.task_name, to_timestamp(defer_timestamp), job.status::text"
            " FROM procrastinate_periodic_defers AS run LEFT JOIN procrastinate_jobs AS job"
            " ON job.id = run.job_id"
            " ORDER BY run.task_name, defer_timestamp DESC"
        )
        return {name: (at, state or "") for name, at, state in cursor.fetchall()}
