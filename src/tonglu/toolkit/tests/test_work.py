"""Long work shows its progress while it runs, ends in one of three ways, and can be cancelled."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import transaction

from tonglu.kernel.errors import DomainError
from tonglu.toolkit.models import Work
from tonglu.toolkit.work import work_cancel, work_finish, work_progress, work_start, working

ANA = SimpleNamespace(person_id=1)


def work() -> Work:
    return work_start(actor=ANA, kind="test.import", title="Accounts", total=10)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_job_is_still_in_its_transaction() -> None:
    asked = work()

    with transaction.atomic():
        work_progress(asked.pk, 4)
        transaction.set_rollback(True)

    asked.refresh_from_db()
    assert (asked.done, asked.share) == (4, 40)


@pytest.mark.django_db(transaction=True)
def test_cancelled_work_stops_at_its_next_step_and_undoes_itself() -> None:
    asked = work()

    with working(asked.pk) as progress:
        work_cancel(asked.pk)
        with transaction.atomic():
            work()
            progress(1)

    asked.refresh_from_db()
    assert asked.state == Work.State.CANCELLED
    assert Work.objects.count() == 1


@pytest.mark.django_db
def test_work_ends_done_with_its_result() -> None:
    asked = work()

    with working(asked.pk):
        work_finish(asked.pk, result={"created": 3})

    asked.refresh_from_db()
    assert (asked.state, asked.result, asked.is_over) == ("done", {"created": 3}, True)


@pytest.mark.django_db
def test_a_refusal_ends_the_work_with_its_sentence() -> None:
    asked = work()

    with working(asked.pk):
        raise DomainError("The file has no header.")

    asked.refresh_from_db()
    assert (asked.state, asked.error) == ("failed", "The file has no header.")


@pytest.mark.django_db
def test_an_error_fails_the_work_without_telling_its_insides() -> None:
    asked = work()

    with pytest.raises(ValueError, match="secret"), working(asked.pk):
        raise ValueError("secret")

    asked.refresh_from_db()
    assert (asked.state, asked.error) == ("failed", "ValueError")


@pytest.mark.django_db
def test_waiting_work_that_is_cancelled_is_over() -> None:
    asked = work()

    work_cancel(asked.pk)

    asked.refresh_from_db()
    assert asked.is_over
