"""A request sent twice has one effect and one answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tonglu.kernel.errors import DomainError
from tonglu.toolkit import clock
from tonglu.toolkit.idempotency import Answer, answer_once, forget_old_keys, request_hash
from tonglu.toolkit.models import IdempotencyKey

pytestmark = pytest.mark.django_db
REQUEST = request_hash("POST", "/api/v1/leads/", b'{"name": "Acme"}')
calls: list[int] = []


def run() -> Answer:
    calls.append(1)
    return Answer(status=201, body='{"id": 7}', headers={"ETag": '"1"'})


@pytest.fixture(autouse=True)
def _forget() -> None:
    calls.clear()


def test_the_second_request_gets_the_first_answer() -> None:
    first = answer_once(actor="1", key="k", request=REQUEST, run=run)
    second = answer_once(actor="1", key="k", request=REQUEST, run=run)

    assert len(calls) == 1
    assert (first.replayed, second.replayed) == (False, True)
    assert (second.status, second.body, second.headers) == (201, '{"id": 7}', {"ETag": '"1"'})


def test_another_request_under_the_same_key_is_refused() -> None:
    answer_once(actor="1", key="k", request=REQUEST, run=run)

    with pytest.raises(DomainError) as refusal:
        answer_once(actor="1", key="k", request=request_hash("POST", "/", b""), run=run)

    assert refusal.value.code == "idempotency_key_reused"
    assert len(calls) == 1


def test_another_actor_may_use_the_same_key() -> None:
    answer_once(actor="1", key="k", request=REQUEST, run=run)
    answer_once(actor="2", key="k", request=REQUEST, run=run)

    assert len(calls) == 2


def test_a_failed_request_may_be_sent_again() -> None:
    def fail() -> Answer:
        raise DomainError("No.")

    with pytest.raises(DomainError):
        answer_once(actor="1", key="k", request=REQUEST, run=fail)

    assert answer_once(actor="1", key="k", request=REQUEST, run=run).status == 201


def test_keys_are_forgotten_after_48_hours() -> None:
    answer_once(actor="1", key="old", request=REQUEST, run=run)
    answer_once(actor="1", key="new", request=REQUEST, run=run)
    IdempotencyKey.objects.filter(key="old").update(created_at=clock.now() - timedelta(hours=49))

    forget_old_keys()

    assert [kept.key for kept in IdempotencyKey.objects.all()] == ["new"]
