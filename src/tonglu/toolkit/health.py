"""What a load balancer and a monitor ask: is the process alive, can it serve, how much was asked of it and how fast it answered.

`/health/live` answers while the process does; `/health/ready` (and `/healthz`) while the database does as well; `/metrics` gives
figures in the Prometheus text form, to the machine itself, to whoever knows `TONGLU_METRICS_TOKEN`, and to nobody else. Modules add
figures with `register_figures`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tonglu.kernel.errors import Denied
from tonglu.kernel.text import N_

from . import traffic, workload

LOCAL = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One metric: its name, what it counts, and its values by labels (`{queue="mail"}` or nothing)."""

    name: str
    help: str
    values: tuple[tuple[str, float], ...]
    type: str = "gauge"


_sources: list[Callable[[], Iterable[Figure]]] = []


def register_figures(source: Callable[[], Iterable[Figure]]) -> None:
    """Add figures to `/metrics`; for `AppConfig.ready`."""
    _sources.append(source)


@login_not_required
@require_GET
def live(_request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"process": "up"})


@login_not_required
@require_GET
def ready(_request: HttpRequest) -> JsonResponse:
    """200 while requests can be served, 503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "down"}, status=503)
    return JsonResponse({"database": "up"})


healthz = ready


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Every figure, one line each."""
    if not _is_monitor(request):
        raise Denied(N_("These figures are for the monitor of this installation."))
    traffic.flush()
    figures = [*_own_figures(), *(figure for source in _sources for figure in source())]
    text = "".join(_told(figure) for figure in figures)
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_monitor(request: HttpRequest) -> bool:
    """The machine itself without any proxy between, or the holder of the token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    wanted = settings.METRICS_TOKEN
    if wanted and secrets.compare_digest(given.encode(), wanted.encode()):
        return True
    return request.META.get("REMOTE_ADDR") in LOCAL and not request.headers.get("X-Forwarded-For")


def _own_figures() -> Iterable[Figure]:
    yield from _queue_figures()
    yield from _traffic_figures()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        connections = cursor.fetchone()[0]
    yield Figure(name="tonglu_database_bytes", help="Size of the database.", values=(("", size),))
    yield Figure(
        name="tonglu_database_connections",
        help="Connections to the database.",
        values=(("", connections),),
    )


def _queue_figures() -> Iterable[Figure]:
    queue = workload.queue()
    states = {
        "waiting": queue.waiting,
        "later": queue.later,
        "running": queue.running,
        "failed": queue.failed,
    }
    yield Figure(
        name="tonglu_jobs",
        help="Background jobs by state.",
        values=tuple((f'{{state="{state}"}}', count) for state, count in states.items()),
    )
    for name, help_, value in (
        ("oldest_job_seconds", "Age of the oldest due job.", queue.oldest.total_seconds()),
        ("workers", "Background workers alive.", queue.workers),
        ("events_undelivered", "Deliveries of events that wait or failed.", queue.undelivered),
        ("mail_unsent", "Mails no server has taken yet.", queue.unsent),
    ):
        yield Figure(name=f"tonglu_{name}", help=help_, values=(("", value),))


def _traffic_figures() -> Iterable[Figure]:
    """Answers by status, and a histogram of their times, since the installation began to count."""
    counts = traffic.totals()
    by_status = tuple(
        (f'{{status="{status}"}}', float(count)) for status, count in counts.by_status.items()
    )
    yield Figure(
        name="tonglu_http_answers_total",
        help="Answers by class of status.",
        values=by_status,
        type="counter",
    )
    buckets = tuple(
        (f'_bucket{{le="{le}"}}', float(count)) for le, count in counts.cumulative.items()
    )
    yield Figure(
        name="tonglu_http_answer_seconds",
        help="Time to answer.",
        values=(*buckets, ("_sum", counts.seconds), ("_count", float(counts.count))),
        type="histogram",
    )


def _told(figure: Figure) -> str:
    lines = [f"# HELP {figure.name} {figure.help}", f"# TYPE {figure.name} {figure.type}"]
    lines += [f"{figure.name}{labels} {_number(value)}" for labels, value in figure.values]
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    """Whole numbers whole, others to the microsecond."""
    return str(int(value)) if value == int(value) else f"{value:.6f}"
