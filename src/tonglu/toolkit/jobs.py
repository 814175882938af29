"""Background work in the same database: a job asked for in a transaction exists if, and only if, that transaction commits.

A *task* is a function with a name; a *job* is one call of it, kept until it is done. A job may run twice (a worker can be
killed between the work and the note of it), so tasks are idempotent and take ids. A job that fails is tried again after
longer and longer pauses; one that has used up its tries, or that a rule refused, is a *dead letter*: it stays, with every
error it met, until somebody retries it.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import procrastinate
import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from tonglu.kernel.errors import DomainError, NotFound
from tonglu.kernel.text import N_

from . import clock
from .models import JobFailure
from .requests import request_id, request_id_set
from .work import Cancelled, work_finish, work_progress, work_start, working

__all__ = [
    "Cancelled",
    "DeadLetter",
    "dead_letters",
    "defer",
    "drain",
    "job_retry",
    "jobs_overdue",
    "run_worker",
    "task",
    "task_names",
    "work_finish",
    "work_progress",
    "work_start",
    "working",
]

log = structlog.get_logger("tonglu.jobs")

LONGEST_PAUSE = timedelta(hours=4)
HEARTBEAT_SECONDS = 5
DEAD_AFTER_SECONDS = 20
LOOK_SECONDS = 3
_REQUEST = "_request"
_CRON_TIME = "timestamp"

Task = Callable[..., object]
_tasks: dict[str, _Task] = {}


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A job that will not be tried again by itself."""

    id: int
    task: str
    arguments: dict[str, Any]
    attempts: int
    error: str
    failed_at: datetime | None


@dataclass(frozen=True)
class Backoff(procrastinate.BaseRetryStrategy):
    """Pauses of 4, 16, 64 … seconds; a refusal by a rule is final, since asking again will not change it."""

    retries: int

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        """When to try again, or None for never."""
        if isinstance(exception, DomainError) or job.attempts >= self.retries:
            return None
        return procrastinate.RetryDecision(retry_at=clock.now() + pause_after(job.attempts))


@dataclass(frozen=True)
class _Task:
    function: Task
    strategy: Backoff


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many earlier failures."""
    return min(timedelta(seconds=4 ** (min(attempts, 10) + 1)), LONGEST_PAUSE)


def task(
    *, name: str, retries: int = 8, cron: str | None = None, queue: str = "default"
) -> Callable[[Task], Task]:
    """Register a function as a task; with `cron` ("*/5 * * * *") it is also deferred at those times, by one worker.

    An hour of the day is one where the company is: what is meant for the night runs at night in Shanghai as in London.
    """

    def register(function: Task) -> Task:
        _tasks[name] = _Task(function, Backoff(retries))
        made: Any = app.task(name=name, queue=queue, retry=Backoff(retries), pass_context=True)(
            _call
        )
        if cron:
            app.periodic(cron=cron_in_utc(cron), periodic_id=name)(made)
        return function

    return register


def cron_in_utc(cron: str) -> str:
    """The daily time of a cron line, which is the company's, as the worker's clock has it; other lines as they are.

    Reckoned for today: where clocks change, a night's work comes an hour off until the worker is next started.
    """
    minute, hour, *rest = cron.split()
    if not (minute.isdecimal() and hour.isdecimal()) or rest != ["*", "*", "*"]:
        return cron
    here = clock.now().astimezone(clock.zone_of("")).replace(hour=int(hour), minute=int(minute))
    there = here.astimezone(UTC)
    return " ".join([str(there.minute), str(there.hour), *rest])


def task_names() -> frozenset[str]:
    """Every task this process knows."""
    return frozenset(_tasks)


def defer(
    name: str, /, *, at: datetime | None = None, once: str = "", lock: str = "", **arguments: Any
) -> int | None:
    """Ask for a job in the current transaction; returns its id.

    `at` is the earliest time; of jobs with the same `lock` one runs at a time, in order; of jobs with the same `once` only one
    waits at a time, and None is returned when it does already.
    """
    if name not in _tasks:
        raise LookupError(f"There is no task {name}.")
    if request_id():
        arguments[_REQUEST] = request_id()
    order = app.configure_task(name, schedule_at=at, queueing_lock=once or None, lock=lock or None)
    try:
        with transaction.atomic(savepoint=bool(once)):
            return order.defer(**arguments)
    except AlreadyEnqueued:
        return None


def drain(*, strict: bool = True, limit: int = 1000) -> int:
    """Run all jobs that are due here and now, and the jobs they ask for; for tests. Returns how many ran.

    Strictly, an error is raised; otherwise the job is retried or becomes a dead letter, as with a worker.
    """
    for count in range(limit):
        job = _due().first()
        if job is None:
            return count
        _run_here(job.procrastinate_job, strict=strict)
    raise RuntimeError(f"More than {limit} jobs: they keep asking for each other.")


def dead_letters() -> list[DeadLetter]:
    """Jobs that have used up their tries or were refused, newest first, each with its last error."""
    jobs = list(ProcrastinateJob.objects.filter(status="failed").order_by("-id")[:500])
    failures = {one.job_id: one for one in _last_failures([job.id for job in jobs])}
    return [_dead_letter(job, failures.get(job.id)) for job in jobs]


def job_retry(job_id: int) -> None:
    """Put a dead letter back into the queue, to be run at once and with all its tries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL"
            " WHERE id = %s AND status = 'failed'",
            [job_id],
        )
        if not cursor.rowcount:
            raise NotFound(N_("This job is not waiting to be retried."))


def jobs_overdue(*, minutes: int = 5) -> int:
    """How many jobs should have been begun that long ago and were not: no worker runs, or too few."""
    latest = clock.now() - timedelta(minutes=minutes)
    deferred = ProcrastinateEvent.objects.filter(type="deferred", at__lt=latest)
    waiting = _due().exclude(scheduled_at__gt=latest)
    return int(waiting.filter(procrastinateevent__in=deferred).distinct().count())


def run_worker(*, concurrency: int = 2, wait: bool = True) -> None:
    """Work until told to stop; with `wait` false, until nothing is due."""
    rescue()
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    with rescuing():
        worker.run_worker(
            concurrency=concurrency,
            wait=wait,
            listen_notify=not settings.PGBOUNCER,  # a pooled connection cannot be waited on: jobs are polled for
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=20.0,
            install_signal_handlers=threading.current_thread() is threading.main_thread(),
            update_heartbeat_interval=float(HEARTBEAT_SECONDS),
            stalled_worker_timeout=float(DEAD_AFTER_SECONDS),
        )


@contextmanager
def rescuing(*, every: float = LOOK_SECONDS) -> Iterator[None]:
    """Meanwhile look after the jobs of workers that died, beside the queue and not behind what waits in it."""
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(over, every), name="rescue", daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(over: threading.Event, every: float) -> None:
    """While the database is away nobody gives a sign of life: once it is back, the living have time to."""
    pause = every
    while not over.wait(pause):
        try:
            rescue()
            pause = every
        except Error as problem:
            log.warning("rescue failed", error=str(problem))
            connection.close()
            pause = max(every, 3.0 * HEARTBEAT_SECONDS)
    connection.close()


def rescue() -> int:
    """Put back the jobs of workers that died at work; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs AS job SET status = 'todo', scheduled_at = NULL, worker_id = NULL"
            " WHERE status = 'doing' AND NOT EXISTS (SELECT 1 FROM procrastinate_workers AS worker"
            " WHERE worker.id = job.worker_id AND worker.last_heartbeat > now() - make_interval(secs => %s))",
            [DEAD_AFTER_SECONDS],
        )
        return int(cursor.rowcount)


def forget_finished(*, days: int = 30) -> int:
    """Delete jobs that succeeded long ago, and failures of jobs that are gone; dead letters stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs AS job WHERE status IN ('succeeded', 'cancelled', 'aborted')"
            " AND NOT EXISTS (SELECT 1 FROM procrastinate_events AS event WHERE event.job_id = job.id"
            " AND event.at > now() - make_interval(days => %s))",
            [days],
        )
        deleted = int(cursor.rowcount)
    JobFailure.objects.filter(failed_at__lt=clock.now() - timedelta(days=days)).exclude(
        job_id__in=ProcrastinateJob.objects.exclude(status="succeeded").values("id")
    ).delete()
    return deleted


def _call(context: procrastinate.JobContext, /, **arguments: Any) -> object:
    """What the queue calls for every task."""
    with _failure_kept(context.job):
        return _run(context.job, arguments)


def _run(job: procrastinate.jobs.Job, arguments: dict[str, Any]) -> object:
    """Call the task's function under the id of the request that asked for it."""
    before = request_id()
    request_id_set(arguments.pop(_REQUEST, "") or f"job-{job.id}")
    arguments.pop(_CRON_TIME, None)
    try:
        return _tasks[job.task_name].function(**arguments)
    finally:
        request_id_set(before)


@contextmanager
def _failure_kept(job: procrastinate.jobs.Job) -> Iterator[None]:
    try:
        yield
    except Exception as problem:
        log.warning("failed", task=job.task_name, job=job.id, exc_info=problem)
        JobFailure.objects.create(
            job_id=job.id or 0,
            task=job.task_name,
            attempt=job.attempts + 1,
            error="".join(traceback.format_exception(problem))[-8000:],
        )
        raise


def _due() -> Any:
    waiting = ProcrastinateJob.objects.filter(status="todo").exclude(scheduled_at__gt=clock.now())
    return waiting.order_by("-priority", "id")


def _run_here(job: procrastinate.jobs.Job, *, strict: bool) -> None:
    assert job.id is not None
    _mark(job.id, "doing", job.attempts, None)
    try:
        with _failure_kept(job), transaction.atomic():
            _run(job, dict(job.task_kwargs))
    except Exception as problem:
        decision = _tasks[job.task_name].strategy.get_retry_decision(exception=problem, job=job)
        state = "todo" if decision else "failed"
        _mark(job.id, state, job.attempts + 1, decision.retry_at if decision else None)
        if strict:
            raise
    else:
        _mark(job.id, "succeeded", job.attempts + 1, None)


def _mark(job_id: int, status: str, attempts: int, at: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status, attempts = %s,"
            " scheduled_at = coalesce(%s, scheduled_at) WHERE id = %s",
            [status, attempts, at, job_id],
        )


def _last_failures(job_ids: list[int]) -> Any:
    return JobFailure.objects.filter(job_id__in=job_ids).order_by("id")


def _dead_letter(job: ProcrastinateJob, failure: JobFailure | None) -> DeadLetter:
    return DeadLetter(
        id=job.id,
        task=job.task_name,
        arguments={k: v for k, v in job.args.items() if k != _REQUEST},
        attempts=job.attempts,
        error=failure.error if failure else "",
        failed_at=failure.failed_at if failure else None,
    )
