"""Jobs exist with the transaction that asked for them, are tried again, and wait as dead letters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tonglu.kernel.errors import DomainError, NotFound
from tonglu.toolkit import clock, jobs
from tonglu.toolkit.models import JobFailure

pytestmark = pytest.mark.django_db

done: list[str] = []


@jobs.task(name="test.note", retries=2)
def note(*, word: str) -> None:
    done.append(word)


@jobs.task(name="test.break", retries=2)
def break_down() -> None:
    raise ValueError("the line is dead")


@jobs.task(name="test.refuse", retries=2)
def refuse() -> None:
    raise DomainError("No.")


@pytest.fixture(autouse=True)
def _forget() -> None:
    done.clear()


def test_a_job_runs_with_its_arguments() -> None:
    jobs.defer("test.note", word="hello")

    assert jobs.drain() == 1
    assert done == ["hello"]


def test_a_job_asked_for_in_a_transaction_that_fails_does_not_exist() -> None:
    with transaction.atomic():
        jobs.defer("test.note", word="never")
        transaction.set_rollback(True)

    assert jobs.drain() == 0
    assert done == []


def test_of_jobs_that_wait_once_only_the_first_is_kept() -> None:
    first = jobs.defer("test.note", once="report", word="first")
    second = jobs.defer("test.note", once="report", word="second")
    jobs.drain()

    assert first is not None
    assert second is None
    assert done == ["first"]


def test_a_job_for_later_is_not_due_now() -> None:
    jobs.defer("test.note", at=jobs.clock.now() + jobs.pause_after(0), word="later")

    assert jobs.drain() == 0


def test_an_unknown_task_is_refused_when_it_is_asked_for() -> None:
    with pytest.raises(LookupError, match=r"test\.unknown"):
        jobs.defer("test.unknown")


def test_a_failed_job_waits_for_its_next_try_and_keeps_its_error() -> None:
    jobs.defer("test.break")

    jobs.drain(strict=False)

    job = ProcrastinateJob.objects.get()
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at > jobs.clock.now()
    assert "the line is dead" in JobFailure.objects.get().error


def test_a_test_sees_the_error_of_a_job() -> None:
    jobs.defer("test.break")

    with pytest.raises(ValueError, match="the line is dead"):
        jobs.drain()


def test_a_refusal_is_a_dead_letter_at_once_and_can_be_retried() -> None:
    jobs.defer("test.refuse")
    jobs.drain(strict=False)
    (letter,) = jobs.dead_letters()

    jobs.job_retry(letter.id)

    assert (letter.task, letter.attempts) == ("test.refuse", 1)
    assert letter.error.endswith("No.\n")
    assert ProcrastinateJob.objects.get().status == "todo"
    assert jobs.dead_letters() == []


def test_only_a_dead_letter_can_be_retried() -> None:
    job_id = jobs.defer("test.note", word="alive")
    assert job_id

    with pytest.raises(NotFound):
        jobs.job_retry(job_id)


def test_pauses_grow_up_to_four_hours() -> None:
    seconds = [jobs.pause_after(n).total_seconds() for n in (0, 1, 2, 3, 9, 99)]

    assert seconds == [4, 16, 64, 256, 14400, 14400]


def test_a_job_whose_worker_died_is_put_back() -> None:
    jobs.defer("test.note", word="again")
    ProcrastinateJob.objects.get()
    jobs._mark(ProcrastinateJob.objects.get().id, "doing", 0, None)

    assert jobs.rescue() == 1
    assert jobs.drain() == 1
    assert done == ["again"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_looks_after_the_jobs_of_the_dead_beside_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also when looking fails at first, as it does while the database is away."""
    jobs.defer("test.note", word="again")
    job = ProcrastinateJob.objects.get()
    jobs._mark(job.id, "doing", 0, None)
    rescue, failures = jobs.rescue, [OperationalError("away")]

    def rescue_at_last() -> int:
        if failures:
            raise failures.pop()
        return rescue()

    monkeypatch.setattr(jobs, "rescue", rescue_at_last)
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0.01)

    with jobs.rescuing(every=0.02):
        _wait_for(lambda: ProcrastinateJob.objects.get().status == "todo")


def _wait_for(come: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not come() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert come()


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_does_what_is_due_and_stops() -> None:
    jobs.defer("test.note", word="worked")
    jobs.defer("test.refuse")

    worker = threading.Thread(target=jobs.run_worker, kwargs={"wait": False})
    worker.start()
    worker.join()

    assert done == ["worked"]
    assert [letter.task for letter in jobs.dead_letters()] == ["test.refuse"]


@pytest.mark.parametrize(
    ("zone", "cron", "told"),
    [
        ("UTC", "17 2 * * *", "17 2 * * *"),
        ("Asia/Shanghai", "17 2 * * *", "17 18 * * *"),
        ("Asia/Kolkata", "41 3 * * *", "11 22 * * *"),
        ("Asia/Shanghai", "*/15 * * * *", "*/15 * * * *"),
        ("Asia/Shanghai", "17 * * * *", "17 * * * *"),
    ],
)
def test_what_is_meant_for_the_night_runs_in_the_companys_night(
    settings: Any, zone: str, cron: str, told: str
) -> None:
    settings.TIME_ZONE = zone
    clock.zone_of.cache_clear()
    try:
        assert jobs.cron_in_utc(cron) == told
    finally:
        clock.zone_of.cache_clear()
