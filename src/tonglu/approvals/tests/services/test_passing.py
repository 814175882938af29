"""Decisions that are passed on, and signatures that count once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tonglu.approvals import passing, ports, selectors, services
from tonglu.approvals.models import ApprovalRequest, ApprovalVote
from tonglu.approvals.services import Ask, Question
from tonglu.directory.models import Calendar, CalendarHours, Department, Holiday, Person
from tonglu.kernel.errors import Denied, DomainError
from tonglu.notifications.models import Notice


@pytest.fixture
def ask(cast: Any, actor: Any) -> Iterator[Any]:
    """`ask(*people, margin="12 %")`: Ana asks them, any one of whom may decide."""
    ports.register(ports.Subject(code="test", label="Test", decided=lambda *_: None))

    def make(*people: Any, margin: str = "12 %", mode: str = "any") -> ApprovalRequest:
        question = Question(
            subject="test",
            row=cast.east,
            title="30 % off for Acme",
            amount=Decimal("70000.00"),
            facts=(("Margin", margin),),
        )
        steps = [Ask(people=tuple(one.pk for one in people), mode=mode)]
        return services.approval_ask(actor=actor(cast.ana), question=question, steps=steps)

    yield make
    del ports._subjects["test"]


def test_who_signed_is_not_asked_again_for_the_same_content(ask, cast, actor):
    first = ask(cast.lee, cast.dee, mode="all")
    services.approval_approve(actor=actor(cast.lee), row=first, comment="Fine")
    services.approval_return(actor=actor(cast.dee), row=first, comment="Why so low?")

    again = ask(cast.lee, cast.dee, mode="all")
    other = ask(cast.lee, cast.dee, margin="11 %", mode="all")

    waiting = {vote.person_id for vote in selectors.request_votes(again) if not vote.decision}
    carried = ApprovalVote.objects.get(step__request=again, person=cast.lee)
    assert waiting == {cast.dee.pk}
    assert (carried.carried, carried.comment) == (True, "Fine")
    assert {v.person_id for v in selectors.request_votes(other) if not v.decision} == {
        cast.lee.pk,
        cast.dee.pk,
    }
    done = services.approval_approve(actor=actor(cast.dee), row=again)
    assert done.state == "approved"
    assert ask(cast.lee, cast.dee, mode="all").state == "approved"


def test_a_decision_is_handed_on_and_both_names_stay(ask, cast, actor):
    row = ask(cast.lee)

    with pytest.raises(Denied):
        passing.approval_delegate(actor=actor(cast.lee), row=row, person=cast.ana)
    with pytest.raises(Denied):
        passing.approval_delegate(actor=actor(cast.ben), row=row, person=cast.dee)
    passing.approval_delegate(actor=actor(cast.lee), row=row, person=cast.dee)
    waits = selectors.waits_for_me(actor(cast.dee), row)
    services.approval_approve(actor=actor(cast.dee), row=row)

    vote = ApprovalVote.objects.get(step__request=row)
    row.refresh_from_db()
    assert waits
    assert (vote.person, vote.decided_by, row.state) == (cast.lee, cast.dee, "approved")


MONDAY = datetime(2026, 3, 9, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""A moment in working hours, after a weekend."""


@pytest.fixture
def clock(monkeypatch):
    """`clock(moment)`: what time it is for the escalation."""
    return lambda moment: monkeypatch.setattr(passing, "now", lambda: moment)


def test_a_late_decision_goes_to_the_manager_once_and_never_to_the_asker(ask, cast, actor, clock):
    clock(MONDAY)
    Department.objects.filter(pk=cast.sales.pk).update(manager=cast.dee)
    Person.objects.filter(pk=cast.dee.pk).update(manager=cast.ana)
    late, fresh = ask(cast.lee), ask(cast.dee, margin="9 %")
    asked_on_thursday = MONDAY - timedelta(days=4, minutes=1)
    ApprovalVote.objects.filter(step__request__in=[late]).update(asked_at=asked_on_thursday)

    passing.approvals_escalate()
    passing.approvals_escalate()

    votes = {vote.step.request_id: vote for vote in ApprovalVote.objects.all()}
    assert votes[late.pk].delegate == cast.dee
    assert votes[late.pk].escalated_at is not None
    assert (votes[fresh.pk].delegate, votes[fresh.pk].escalated_at) == (None, None)
    ApprovalVote.objects.filter(step__request=fresh).update(asked_at=asked_on_thursday)
    passing.approvals_escalate()
    assert ApprovalVote.objects.get(step__request=fresh).delegate != cast.ana


@pytest.mark.parametrize(
    ("asked", "due_on", "moment", "late"),
    [
        ("2026-03-05 15:01", None, "2026-03-09 15:00", False),  # Thursday, and Monday: not quite two days
        ("2026-03-05 14:59", None, "2026-03-09 15:00", True),
        ("2026-03-05 14:59", None, "2026-03-08 23:00", False),  # a weekend makes nothing late
        ("2026-02-13 10:00", None, "2026-02-23 18:00", False),  # nor does the Spring Festival
        ("2026-02-13 10:00", None, "2026-02-25 10:01", True),
        ("2026-03-02 10:00", "2026-03-06", "2026-03-08 20:00", False),  # due on Friday
        ("2026-03-02 10:00", "2026-03-06", "2026-03-09 08:59", False),
        ("2026-03-02 10:00", "2026-03-06", "2026-03-09 09:00", True),
        ("2026-03-02 10:00", "2026-03-13", "2026-03-09 15:00", False),
    ],
)  # fmt: skip
def test_patience_is_counted_in_working_days(ask, cast, clock, asked, due_on, moment, late):
    calendar = Calendar.objects.create(name="China", timezone="Asia/Shanghai", is_default=True)
    for weekday in range(5):
        CalendarHours.objects.create(
            calendar=calendar, weekday=weekday, starts="09:00", ends="18:00"
        )
    for day in range(16, 24):
        Holiday.objects.create(calendar=calendar, day=date(2026, 2, day), name="Spring Festival")
    Department.objects.filter(pk=cast.east.pk).update(manager=cast.lee)
    Department.objects.filter(pk=cast.sales.pk).update(manager=cast.dee)
    row = ask(cast.lee)
    ApprovalRequest.objects.filter(pk=row.pk).update(due_on=due_on)
    ApprovalVote.objects.filter(step__request=row).update(asked_at=at(asked))
    clock(at(moment))

    passing.approvals_escalate()

    vote = ApprovalVote.objects.get(step__request=row)
    assert (vote.escalated_at is not None, vote.delegate) == (late, cast.dee if late else None)


def test_patience_is_counted_where_the_decision_is_made(ask, cast, clock):
    """Golden Week is no excuse in Berlin, nor the German Unity Day one in Shanghai."""
    china = Calendar.objects.create(name="China", timezone="Asia/Shanghai", is_default=True)
    berlin = Calendar.objects.create(name="Berlin", timezone="Europe/Berlin")
    for calendar, weekday in product((china, berlin), range(5)):
        CalendarHours.objects.create(
            calendar=calendar, weekday=weekday, starts="09:00", ends="18:00"
        )
    for day in range(1, 8):
        Holiday.objects.create(calendar=china, day=date(2026, 10, day), name="Golden Week")
    Department.objects.filter(pk=cast.sales.pk).update(calendar=china)
    Department.objects.filter(pk=cast.west.pk).update(calendar=berlin)
    here, there = ask(cast.lee), ask(cast.cy, margin="9 %")
    ApprovalVote.objects.update(asked_at=at("2026-09-30 16:00"))
    clock(at("2026-10-06 20:00"))

    passing.approvals_escalate()

    late = ApprovalVote.objects.filter(escalated_at__isnull=False)
    assert {vote.step.request_id for vote in late} == {there.pk}
    assert here.pk != there.pk


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_copy_is_read_and_commented_but_not_decided(ask, cast, actor, browse, worker):
    row = ask(cast.lee)
    before = browse(cast.ben).get(f"/approvals/{row.pk}/").status_code

    passing.approval_copy(actor=actor(cast.lee), row=row, person=cast.ben)

    ben = actor(cast.ben)
    passing.approval_comment(actor=ben, row=row, text="They asked me too, @Lee and @Cy")
    worker()
    panel = browse(cast.ben).get(f"/approvals/{row.pk}/panels/votes/").content.decode()
    assert (before, list(selectors.requests_copied_to(ben))) == (404, [row])
    assert "They asked me too" in panel
    mentions = Notice.objects.filter(topic="mention").values_list("person", "row_id")
    assert list(mentions) == [(cast.lee.pk, row.pk)]
    with pytest.raises(Denied):
        services.approval_approve(actor=ben, row=row)
    with pytest.raises(DomainError):
        passing.approval_copy(actor=actor(cast.lee), row=row, person=cast.ben)


def test_one_tap_decides_and_a_second_tap_says_so(ask, cast, browse):
    first, second = ask(cast.lee), ask(cast.lee, margin="8 %")
    lee = browse(cast.lee)
    page = lee.get("/my-approvals/").content.decode()

    for _tap in range(2):
        answer = lee.post(f"/my-approvals/{first.pk}/", {"decision": "approve"})
    silent = lee.post(f"/my-approvals/{second.pk}/", {"decision": "return"}, follow=True)
    foreign = browse(cast.cy).post(f"/my-approvals/{second.pk}/", {"decision": "approve"})
    lee.post(f"/my-approvals/{second.pk}/", {"decision": "return", "comment": "Too low"})

    states = dict(ApprovalRequest.objects.values_list("pk", "state"))
    assert page.count('approval-card"') == 2
    assert answer.status_code == 302
    assert "Say what is the matter" in silent.content.decode()
    assert foreign.status_code == 404
    assert states == {first.pk: "approved", second.pk: "returned"}
    assert ApprovalVote.objects.filter(decided_by=cast.lee).count() == 2
