"""Asking for a decision, and deciding it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tonglu.approvals import ports, selectors, services
from tonglu.approvals.core.steps import ALL, TURN
from tonglu.approvals.models import ApprovalRequest, ApprovalVote
from tonglu.approvals.services import Ask, Question
from tonglu.directory import services as directory
from tonglu.entities.services import record_run
from tonglu.kernel.errors import Denied, DomainError, NotFound
from tonglu.toolkit.clock import today
from tonglu.toolkit.models import OutboxEvent


@pytest.fixture
def heard() -> Any:
    """What the asking module was told."""
    told: list[tuple[int, str]] = []
    ports.register(
        ports.Subject(
            code="test", label="Test", decided=lambda _actor, row: told.append((row.pk, row.state))
        )
    )
    yield told
    del ports._subjects["test"]


@pytest.fixture
def ask(cast: Any, actor: Any, heard: Any) -> Any:
    """`ask(Ask(...), ...)`: Ana asks about her own department."""

    def make(*steps: Ask) -> ApprovalRequest:
        question = Question(
            subject="test",
            row=cast.east,
            title="30 % off for Acme",
            amount=Decimal("70000.00"),
            facts=(("Margin", "12 %"),),
        )
        return services.approval_ask(actor=actor(cast.ana), question=question, steps=steps)

    return make


def published(name: str) -> list[dict[str, Any]]:
    return list(OutboxEvent.objects.filter(name=name).values_list("payload", flat=True))


def test_the_one_who_is_asked_approves_and_the_asker_hears_of_it(ask, cast, actor, heard):
    request = ask(Ask(people=(cast.lee.pk,)))

    done = services.approval_approve(actor=actor(cast.lee), row=request, comment="Fine")

    vote = ApprovalVote.objects.get(step__request=request)
    assert (done.state, heard) == ("approved", [(request.pk, "approved")])
    assert (vote.decision, vote.comment, vote.decided_by) == ("approved", "Fine", cast.lee)
    assert published("approvals.request.asked")[0]["people"] == [cast.lee.pk]
    assert published("approvals.request.decided")[0]["state"] == "approved"


def test_a_request_waits_only_for_those_whose_turn_it_is(ask, cast, actor, heard):
    request = ask(Ask(people=(cast.lee.pk, cast.dee.pk), mode=TURN))

    assert list(selectors.requests_waiting_for(actor(cast.lee))) == [request]
    assert list(selectors.requests_waiting_for(actor(cast.dee))) == []
    with pytest.raises(Denied) as refused:
        services.approval_approve(actor=actor(cast.dee), row=request)
    services.approval_approve(actor=actor(cast.lee), row=request)
    assert list(selectors.requests_waiting_for(actor(cast.dee))) == [request]
    services.approval_approve(actor=actor(cast.dee), row=request)

    request.refresh_from_db()
    assert refused.value.code == "not_asked"
    assert (request.state, heard) == ("approved", [(request.pk, "approved")])


def test_all_of_a_step_must_agree(ask, cast, actor):
    request = ask(Ask(people=(cast.lee.pk, cast.fay.pk), mode=ALL))

    services.approval_approve(actor=actor(cast.fay), row=request, condition="Prepaid")
    request.refresh_from_db()
    pending = request.state
    services.approval_approve(actor=actor(cast.lee), row=request, condition="No warranty")

    request.refresh_from_db()
    assert (pending, request.state) == ("pending", "approved")
    assert request.condition == "Prepaid\nNo warranty"


def test_whoever_returns_it_ends_the_whole_request(ask, cast, actor, heard):
    request = ask(Ask(people=(cast.lee.pk,)), Ask(people=(cast.dee.pk,)))

    services.approval_return(actor=actor(cast.lee), row=request, comment="Why so much?")

    request.refresh_from_db()
    assert (request.state, heard) == ("returned", [(request.pk, "returned")])
    with pytest.raises(DomainError) as refused:
        services.approval_approve(actor=actor(cast.dee), row=request)
    assert refused.value.code == "decided"


def test_a_deputy_decides_and_both_names_stay(ask, cast, actor):
    request = ask(Ask(people=(cast.lee.pk,)))
    directory.deputy_appoint(person=cast.lee, deputy=cast.dee, valid_from=today())

    services.approval_approve(actor=actor(cast.dee), row=request)

    vote = ApprovalVote.objects.get(step__request=request)
    assert (vote.person, vote.decided_by) == (cast.lee, cast.dee)


def test_nobody_decides_their_own_request(ask, cast, actor):
    request = ask(Ask(people=(cast.ana.pk, cast.lee.pk)))

    with pytest.raises(Denied) as refused:
        services.approval_approve(actor=actor(cast.ana), row=request)

    assert refused.value.code == "own_request"
    assert list(selectors.requests_waiting_for(actor(cast.ana))) == []


def test_a_stranger_does_not_find_the_request(ask, cast, actor):
    request = ask(Ask(people=(cast.lee.pk,)))

    for person in (cast.cy, cast.ben):
        with pytest.raises(NotFound):
            record_run(actor=actor(person), row=request, verb="approve")

    request.refresh_from_db()
    assert request.state == "pending"


def test_the_asked_one_finds_it_and_the_button_works(ask, cast, actor):
    request = ask(Ask(people=(cast.pat.pk,)))

    record_run(actor=actor(cast.pat), row=request, verb="approve")

    request.refresh_from_db()
    assert request.state == "approved"


def test_only_the_asker_withdraws_or_urges_and_not_all_the_time(ask, cast, actor):
    request = ask(Ask(people=(cast.lee.pk,)))

    services.approval_urge(actor=actor(cast.ana), row=request)
    request.refresh_from_db()
    with pytest.raises(DomainError) as again:
        services.approval_urge(actor=actor(cast.ana), row=request)
    with pytest.raises(Denied):
        services.approval_withdraw(actor=actor(cast.lee), row=request)
    services.approval_withdraw(actor=actor(cast.ana), row=request)

    request.refresh_from_db()
    assert again.value.code == "urged"
    assert (request.state, request.urges) == ("withdrawn", 1)
    assert [event["urged"] for event in published("approvals.request.asked")] == [False, True]
    assert list(selectors.requests_waiting_for(actor(cast.lee))) == []


def test_one_more_may_be_asked_before_it_is_decided(ask, cast, actor):
    request = ask(Ask(people=(cast.lee.pk,)), Ask(people=(cast.dee.pk,)))

    services.approval_add(actor=actor(cast.lee), row=request, person=cast.fay)
    services.approval_approve(actor=actor(cast.lee), row=request)

    assert list(selectors.requests_waiting_for(actor(cast.fay))) == [request]
    assert list(selectors.requests_waiting_for(actor(cast.dee))) == []
    with pytest.raises(DomainError):
        services.approval_add(actor=actor(cast.fay), row=request, person=cast.dee)


def test_within_ones_authority_it_is_approved_at_once_and_logged(cast, actor, heard):
    question = Question(subject="test", row=cast.east, title="5 % off")

    request = services.approval_log(actor=actor(cast.ana), question=question)

    assert (request.state, request.automatic) == ("approved", True)
    assert heard == [(request.pk, "approved")]
    assert request.number.startswith("A")


def test_leaders_are_found_up_the_line_without_going_round(cast):
    directory_heads = ((cast.east, cast.lee), (cast.sales, cast.dee), (cast.company, cast.max))
    for department, head in directory_heads:
        type(department).objects.filter(pk=department.pk).update(manager=head)

    assert selectors.leaders_of(cast.ana.pk) == [cast.lee, cast.dee, cast.max]
    assert selectors.leaders_of(cast.max.pk) == []


def test_urging_is_allowed_again_after_some_hours(ask, cast, actor):
    request = ask(Ask(people=(cast.lee.pk,)))
    services.approval_urge(actor=actor(cast.ana), row=request)
    request.refresh_from_db()
    request.urged_at -= timedelta(hours=5)
    request.save()

    urged = services.approval_urge(actor=actor(cast.ana), row=request)

    assert urged.urges == 2
