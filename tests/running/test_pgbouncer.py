"""Behind PgBouncer in transaction mode: each transaction may get another of a few shared connections, and nobody notices."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tonglu.toolkit.testing.servers import has_pgbouncer, pgbouncer

from .conftest import Company, Door, environment_of, send

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not has_pgbouncer(), reason="not installed: pgbouncer; apt-get install pgbouncer"
    ),
]
SHARED = 3
_STRANGE_ENTRIES = """SELECT count(*) FROM audit_entry AS entry JOIN customers_account AS account ON account.id = entry.row_id
    WHERE entry.kind = 'customers.account' AND entry.act = 'I'
    AND entry.actor_id IS DISTINCT FROM account.created_by_id"""
_OPEN_JOBS = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at <= now())"
_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'tonglu_app'"


@pytest.fixture
def pooled(company: Company) -> Iterator[dict[str, str]]:
    """What processes behind the pool are told."""
    with pgbouncer(company.folder / "pgbouncer", company.primary, size=SHARED) as url:
        yield {"DATABASE_URL": url, "TONGLU_PGBOUNCER": "1"}


def test_people_programs_and_workers_share_three_connections_unnoticed(company, serving, pooled):
    with serving(**pooled) as door:
        ids = _many_at_once(company, door)
        assert len(set(ids)) == len(ids) == 24
        assert company.primary.ask(_STRANGE_ENTRIES) == 0
        assert company.primary.ask("SELECT count(*) FROM customers_account") == 24

        _export(door, "dee@example.com", rows=24)
        _wait(lambda: company.primary.ask(_OPEN_JOBS) == 0)
        assert company.primary.ask(_SESSIONS) <= SHARED

    limited = _check(company, pooled)
    unlimited = _check(company, {**pooled, "DATABASE_URL": company.primary.url()})
    assert limited["ok"]
    assert "statement_timeout 30s" in limited["detail"]
    assert not unlimited["ok"]  # a pool that sets none is found


def _many_at_once(company: Company, door: Door) -> list[int]:
    """Three people each make eight accounts, all at once, each sent twice under one key."""

    def make(number: int) -> int:
        name = ("ana", "ben", "cy")[number % 3]
        with door.api(company.tokens[name]) as client:
            key = {"Idempotency-Key": f"made-{number}-0123456789"}
            told = [
                client.post("/accounts", json={"name": f"Mill {number}"}, headers=key)
                for _ in range(2)
            ]
            assert [one.status_code for one in told] == [201, 201], told[0].text
            row = told[0].json()
            assert told[1].json()["id"] == row["id"]
            found = client.get(f"/accounts/{row['id']}")
            assert found.json()["name"] == f"Mill {number}"
            return int(row["id"])

    with ThreadPoolExecutor(12) as together:
        return list(together.map(make, range(24)))


def _export(door: Door, email: str, *, rows: int) -> None:
    client = door.person(email)
    started = send(client, "/accounts/export/", format="csv", columns="list")
    work = started.headers["Location"]
    _wait(lambda: client.get(f"{work}file/").status_code == 200)
    assert len(client.get(f"{work}file/").text.strip().splitlines()) == rows + 1
    client.close()


def _check(company: Company, variables: dict[str, str]) -> dict[str, str]:
    """What `tonglu check` finds about time limits."""
    done = subprocess.run(
        [sys.executable, "-m", "tonglu.cli", "check", "--json"],
        env={**os.environ, **environment_of(company, **variables)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)["findings"]
    return next(one for one in found if one["name"] == "time limits")


def _wait(happened, seconds=60):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.2)
