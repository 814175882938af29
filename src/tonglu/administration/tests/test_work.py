"""Background work on its page: what failed is seen, tried again or given up with a reason, and every such act is in the trail."""

from __future__ import annotations

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tonglu.audit.models import Entry
from tonglu.toolkit import jobs
from tonglu.toolkit.workload import queue, schedules

CANARY = "Canary Foundry 9431"
switch = {"broken": True}


@jobs.task(name="test.administration.break", retries=0)
def break_down(*, record_id: int, note: str) -> None:
    if switch["broken"]:
        raise ValueError(f"the line of '{note}' is dead")


@pytest.fixture
def dead(cast: Any) -> Any:
    """A job about record 7 that failed, with words in it that are nobody's business here."""
    switch["broken"] = True
    jobs.defer("test.administration.break", record_id=7, note=CANARY)
    jobs.drain(strict=False)
    return ProcrastinateJob.objects.get(task_name="test.administration.break")


@pytest.mark.parametrize("name", ["ana", "max", "sid", "ali"])
def test_the_page_is_for_whoever_runs_the_machine(dead, cast, browse, name):
    client = browse(getattr(cast, name))

    assert client.get("/background/").status_code == 403
    for act in ("retry/", f"{dead.pk}/retry/", f"{dead.pk}/give-up/"):
        assert client.post(f"/background/{act}", {"reason": "x"}).status_code == 403
    dead.refresh_from_db()
    assert dead.status == "failed"


def test_a_dead_letter_tells_what_failed_but_not_what_it_carried(dead, cast, browse):
    text = browse(cast.ada).get("/background/").content.decode()

    assert "test.administration.break" in text
    assert "record_id 7" in text
    assert "ValueError: the line of … is dead" in text
    assert CANARY not in text
    assert "Traceback" not in text


def test_a_dead_letter_that_is_retried_runs_again(dead, cast, browse):
    switch["broken"] = False

    browse(cast.ada).post(f"/background/{dead.pk}/retry/")
    jobs.drain()

    dead.refresh_from_db()
    assert dead.status == "succeeded"
    entry = Entry.objects.get(verb="work.retried")
    assert (entry.actor_id, entry.row_id) == (cast.ada.pk, dead.pk)


def test_all_dead_letters_are_retried_at_once(dead, cast, browse):
    switch["broken"] = False

    browse(cast.ada).post("/background/retry/")

    dead.refresh_from_db()
    assert dead.status == "todo"


def test_giving_up_needs_a_reason_and_leaves_it_in_the_trail(dead, cast, browse):
    client, url = browse(cast.ada), f"/background/{dead.pk}/give-up/"

    assert client.post(url, {"reason": "  "}).status_code == 422
    dead.refresh_from_db()
    assert dead.status == "failed"
    client.post(url, {"reason": "The customer is gone"})

    dead.refresh_from_db()
    assert dead.status == "cancelled"
    entry = Entry.objects.get(verb="work.given_up")
    assert entry.changes["reason"] == "The customer is gone"
    assert "The customer is gone" in client.get(f"/audit/{entry.pk}/").content.decode()


def test_what_is_over_can_neither_be_retried_nor_given_up(dead, cast, browse):
    client = browse(cast.ada)
    client.post(f"/background/{dead.pk}/give-up/", {"reason": "gone"})

    assert client.post(f"/background/{dead.pk}/retry/").status_code == 404
    assert client.post(f"/background/{dead.pk}/give-up/", {"reason": "again"}).status_code == 404


@pytest.mark.parametrize(
    "tab", ["failed", "running", "waiting", "events", "mail", "schedules", "x"]
)
def test_every_tab_opens(dead, cast, browse, tab, django_assert_max_num_queries):
    client = browse(cast.ada)
    jobs.defer("test.administration.break", record_id=8, note="n")

    with django_assert_max_num_queries(13):
        assert client.get(f"/background/?show={tab}").status_code == 200


def test_the_numbers_of_the_queue(dead, cast):
    jobs.defer("test.administration.break", record_id=8, note="n")

    numbers = queue()

    assert (numbers.failed, numbers.waiting, numbers.running, numbers.workers) == (1, 1, 0, 0)
    assert numbers.oldest.total_seconds() >= 0


def test_every_schedule_has_a_next_run(cast):
    found = {one.task: one for one in schedules()}

    assert found["audit.seal"].cron == "* * * * *"
    assert found["audit.seal"].last is None
