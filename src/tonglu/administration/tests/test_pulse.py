"""What a load balancer, a monitor and an administrator are told, and what outsiders are not."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from tonglu.toolkit import health, traffic
from tonglu.toolkit.models import SlowStatement, Traffic

CANARY = "Canary Foundry 9431"
LINE = re.compile(r'^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"\})? -?\d+(\.\d+)?)$')


@pytest.fixture
def counting(settings: Any) -> None:
    """Counting is on, and written down at each flush."""
    settings.COUNT_TRAFFIC = 3600.0
    traffic._counted = traffic._Counted()


def test_alive_and_ready_need_nobody_signed_in(db):
    answers = {path: Client().get(path) for path in ("/health/live", "/health/ready", "/healthz")}

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 200)  # fmt: skip
    assert answers["/health/ready"].json() == {"database": "up"}
    assert len(answers["/health/live"]["X-Request-ID"]) == 16


def test_without_its_database_it_is_alive_but_not_ready(db, monkeypatch):
    def refuse() -> Any:
        raise DatabaseError("gone")

    request = RequestFactory().get("/")
    with monkeypatch.context() as patched:
        patched.setattr(health.connection, "cursor", refuse)

        answers = [view(request).status_code for view in (health.live, health.ready)]

    assert answers == [200, 503]


@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "203.0.113.9"}, 403),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 403),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer sesame-4711"}, 200),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer sesame"}, 403),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "}, 403),
    ],
)
def test_figures_are_for_the_machine_and_the_holder_of_the_token(db, settings, extra, status):
    settings.METRICS_TOKEN = "sesame-4711"

    assert Client().get("/metrics", **extra).status_code == status


def test_without_a_token_set_no_token_opens(db, settings):
    settings.METRICS_TOKEN = ""
    header = {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "}

    assert Client().get("/metrics", **header).status_code == 403


def test_the_figures_are_in_the_form_a_monitor_reads(counting, cast, browse):
    client = browse(cast.ana)
    for path in ("/accounts/", "/accounts/", "/audit/", "/nowhere/at/all/"):
        client.get(path)

    lines = Client().get("/metrics").content.decode().splitlines()

    assert [line for line in lines if not LINE.match(line)] == []
    assert 'tonglu_http_answers_total{status="2xx"} 2' in lines
    assert 'tonglu_http_answers_total{status="4xx"} 2' in lines
    assert 'tonglu_http_answer_seconds_bucket{le="+Inf"} 4' in lines
    assert "tonglu_http_answer_seconds_count 4" in lines
    assert 'tonglu_jobs{state="failed"} 0' in lines
    assert any(line.startswith("tonglu_database_bytes ") for line in lines)


def test_processes_add_to_the_same_figures(counting, db):
    traffic.observe(200, 0.02, "a/")
    traffic.flush()
    traffic.observe(200, 0.3, "a/")
    traffic.observe(500, 20.0, "a/")
    traffic.flush()

    totals = traffic.totals()

    assert totals.by_status == {"2xx": 2, "5xx": 1}
    assert (totals.cumulative["0.05"], totals.cumulative["0.5"], totals.cumulative["+Inf"]) == (1, 2, 3)  # fmt: skip
    assert (totals.within(0.5), totals.within(0.95)) == ("0.5", "+Inf")
    assert Traffic.objects.count() == 3


def test_a_slow_statement_is_kept_without_its_values(counting, cast, browse, settings):
    settings.SLOW_STATEMENT_MS = 40
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.05), %s::text", [CANARY])
    settings.SLOW_STATEMENT_MS = 600_000
    traffic.flush()

    kept = SlowStatement.objects.get()
    page = browse(cast.ada).get("/pulse/").content.decode()
    assert kept.statement == "SELECT pg_sleep(0.05), %s::text"
    assert kept.longest >= 0.05
    assert "pg_sleep" in page
    assert CANARY not in page + kept.statement


def test_a_refused_write_of_figures_keeps_them(counting, db, monkeypatch):
    traffic.observe(200, 0.02, "a/")
    started = time.monotonic()

    def refuse(_counted: Any) -> None:
        raise DatabaseError("busy")

    with monkeypatch.context() as patched:
        patched.setattr(traffic, "_write", refuse)
        traffic.flush()
    traffic.flush()

    assert traffic.totals().count == 1
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["ana", "max", "sid", "ali"])
def test_the_page_is_for_whoever_runs_the_machine(cast, browse, name):
    assert browse(getattr(cast, name)).get("/pulse/").status_code == 403


def test_an_error_page_names_the_request(cast, browse):
    answer = browse(cast.ana).get("/audit/")

    assert answer.status_code == 403
    assert answer["X-Request-ID"] in answer.content.decode()
