"""Reading from a real streaming replica: nobody misses what they wrote or saw, and a replica that lags or dies is not read."""

from __future__ import annotations

import time

import pytest

from tonglu.toolkit import replicas, work
from tonglu.toolkit.models import LastWrite
from tonglu.toolkit.postgres import OWNER
from tonglu.toolkit.testing.servers import Server

from .conftest import Company, Door


@pytest.fixture
def replica(company: Company):
    """A streaming replica of the company's server."""
    made = Server(company.folder / "replica").copy(company.primary)
    yield made
    made.stop()


@pytest.mark.slow
def test_everybody_reads_what_they_wrote_and_others_may_read_the_replica(company, serving, replica):
    reading = {"DATABASE_URL": company.primary.url(), "DATABASE_REPLICA_URL": replica.url()}
    with serving(worker=False, TONGLU_REPLICA_SECONDS="3600", **reading) as door:
        _wait_for(replica, company.primary, _make(company, door, "ana", "Seen by all"))
        replica.ask("SELECT pg_wal_replay_pause()")

        during = _make(company, door, "ana", "Written while it stands still")
        assert _answer(company, door, "ana", during) == 200  # her own, from the primary
        assert _answer(company, door, "dee", during) == 404  # the replica does not have it yet
        page = door.person("ana@example.com").get(f"/accounts/{during}/")  # another device
        assert page.status_code == 200
        _make(company, door, "dee", "Written by the director")
        assert _answer(company, door, "dee", during) == 200  # what she wrote came after it

        replica.ask("SELECT pg_wal_replay_resume()")
        _wait_for(replica, company.primary, during)
        assert _answer(company, door, "dee", during) == 200
        replica.stop()
        assert [_answer(company, door, "dee", during) for _ in range(6)] == [200] * 6

    replica.start()
    replica.ask("SELECT pg_wal_replay_pause()")
    with serving(worker=False, TONGLU_REPLICA_SECONDS="0.5", **reading) as door:
        late = _make(company, door, "ana", "Written while it lags")
        time.sleep(0.6)
        assert _answer(company, door, "dee", late) == 200  # too far behind to be read


@pytest.mark.django_db
def test_whoever_asked_for_work_reads_its_result(cast, actor, monkeypatch):
    for module in (replicas, work):
        monkeypatch.setattr(module, "has_replica", lambda: True)
    asked = work.work_start(actor=actor(cast.ana), kind="import", title="Accounts")

    work.work_finish(asked.pk)
    work.work_finish(asked.pk)

    assert LastWrite.objects.get().number == 2
    assert LastWrite.objects.get().person_id == cast.ana.pk


@pytest.mark.parametrize(
    ("app", "there", "place"),
    [
        ("customers", True, "replica"),
        ("directory", True, "default"),
        ("customers", False, "default"),
    ],
)
def test_rights_and_people_are_always_read_from_the_primary(monkeypatch, app, there, place):
    class Outside:
        in_atomic_block = False

    monkeypatch.setattr(replicas, "connection", Outside)
    model = type("Model", (), {"_meta": type("Meta", (), {"app_label": app})})
    router = replicas.Router()
    with replicas.reading_there() as reading:
        reading.there = there
        assert router.db_for_read(model) == place
        assert router.db_for_write(model) == "default"
        assert router.db_for_read(model) == "default"  # from here on, what was just written
    assert router.db_for_read(model) == "default"


def _make(company: Company, door: Door, who: str, name: str) -> int:
    with door.api(company.tokens[who]) as client:
        told = client.post("/accounts", json={"name": name})
    assert told.status_code == 201, told.text
    return int(told.json()["id"])


def _answer(company: Company, door: Door, who: str, pk: int) -> int:
    with door.api(company.tokens[who]) as client:
        return client.get(f"/accounts/{pk}").status_code


def _wait_for(replica: Server, primary: Server, pk: int) -> None:
    """Until the replica shows the account and whose number it raised."""
    position = primary.ask("SELECT pg_current_wal_insert_lsn()::text", role=OWNER)
    deadline = time.monotonic() + 30
    while not replica.ask(f"SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert replica.ask(f"SELECT count(*) FROM customers_account WHERE id = {pk}") == 1
