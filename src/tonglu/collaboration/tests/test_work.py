"""Follow-ups, tasks, events and files: who sees them, and what may be done with them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from tonglu.audit.selectors import history
from tonglu.collaboration import feeds, selectors, services
from tonglu.collaboration.models import Announcement, CalendarEvent, FollowUp, Goal, Note, Task
from tonglu.customers import services as customers
from tonglu.customers.models import Account, Contact
from tonglu.entities.selectors import rows
from tonglu.entities.services import record_create, record_run, record_update
from tonglu.entities.testing import signed_in
from tonglu.kernel.errors import Denied, DomainError, Invalid, NotFound
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import now
from tonglu.toolkit.models import OutboxEvent

ACCOUNT = "customers.account"


@pytest.fixture
def account(cast: Cast, actor: Any) -> Account:
    """Ana's account."""
    return customers.account_create(actor=actor(cast.ana), values={"name": "华辰科技"})


@pytest.fixture
def contact(cast: Cast, actor: Any, account: Account) -> Contact:
    """Who to talk to there."""
    values = {"name": "李雷", "account": account}
    return customers.contact_create(actor=actor(cast.ana), values=values)


@pytest.fixture
def task(cast: Cast, actor: Any, account: Account) -> Task:
    """Lee asks Ana for something on her account."""
    return services.task_create(
        actor=actor(cast.lee), subject="Send offer", target=account, owner=cast.ana
    )


def test_a_call_is_logged_with_text_alone(cast: Cast, actor: Any, account: Account) -> None:
    call = services.followup_log(
        actor=actor(cast.ana), target=account, text="Wants an offer. Budget is there."
    )

    assert (call.kind, call.subject, call.owner) == ("call", "Wants an offer.", cast.ana)
    assert (call.target_kind, call.target_id, call.account) == (ACCOUNT, account.pk, account)
    assert now() - call.at < timedelta(minutes=1)
    told = OutboxEvent.objects.get(name="collaboration.followup.logged").payload
    assert told["account_id"] == account.pk


def test_a_followup_without_words_is_refused(cast: Cast, actor: Any, account: Account) -> None:
    with pytest.raises(Invalid) as refusal:
        services.followup_log(actor=actor(cast.ana), target=account, text="  ")

    assert list(refusal.value.errors) == ["text"]
    assert FollowUp.objects.count() == 0


def test_nobody_logs_on_what_they_do_not_see(cast: Cast, actor: Any, account: Account) -> None:
    with pytest.raises((Denied, NotFound)):
        services.followup_log(actor=actor(cast.cy), target=account, text="Mine!")

    assert FollowUp.objects.count() == 0


def test_whoever_sees_the_account_sees_what_hangs_on_it(
    cast: Cast, actor: Any, account: Account, contact: Contact
) -> None:
    call = services.followup_log(actor=actor(cast.eng), target=contact, text="Machine runs.")

    assert call.account == account
    assert call in rows(actor(cast.ana), FollowUp)
    assert call in rows(actor(cast.lee), FollowUp)
    assert call not in rows(actor(cast.cy), FollowUp)
    with pytest.raises((Denied, NotFound)):
        record_update(actor=actor(cast.ana), row=call, values={"text": "It broke."})


def test_an_account_shows_what_hangs_on_its_contacts(
    cast: Cast, actor: Any, account: Account, contact: Contact
) -> None:
    ana = actor(cast.ana)
    on_account = services.followup_log(actor=ana, target=account, text="First.")
    on_contact = services.followup_log(actor=ana, target=contact, text="Second.")

    assert on_contact.contact == contact
    assert list(selectors.record_followups(ACCOUNT, account.pk)) == [on_contact, on_account]
    assert list(selectors.record_followups("customers.contact", contact.pk)) == [on_contact]


def test_a_followup_made_from_the_list_hangs_on_the_account_it_names(
    cast: Cast, actor: Any, account: Account
) -> None:
    made = record_create(
        actor=actor(cast.ana),
        model=FollowUp,
        values={"text": "Met at the fair.", "account": account, "at": now()},
    )

    assert (made.target_kind, made.target_id, made.target_name) == (ACCOUNT, account.pk, "华辰科技")


def test_a_task_asked_of_a_colleague_remembers_who_asked(
    cast: Cast, actor: Any, task: Task
) -> None:
    assert (task.owner, task.asked_by) == (cast.ana, cast.lee)
    assert task in selectors.my_tasks(actor(cast.ana))
    assert task in selectors.tasks_i_asked_for(actor(cast.lee))
    told = OutboxEvent.objects.get(name="collaboration.task.asked").payload
    assert (told["person_id"], told["asked_by_id"]) == (cast.ana.pk, cast.lee.pk)


def test_whoever_asked_sees_the_task_wherever_the_doer_works(
    cast: Cast, actor: Any, account: Account
) -> None:
    task = services.task_create(actor=actor(cast.ana), subject="Draw it", owner=cast.pia)

    assert task in rows(actor(cast.ana), Task)
    assert task in rows(actor(cast.pia), Task)
    assert task not in rows(actor(cast.cy), Task)


def test_a_done_task_answers_whoever_asked(cast: Cast, actor: Any, task: Task) -> None:
    done = record_run(
        actor=actor(cast.ana), row=task, verb="done", params={"answer": "Sent at noon."}
    )

    assert (done.state, done.answer) == ("done", "Sent at noon.")
    assert selectors.my_tasks(actor(cast.ana)).count() == 0
    told = OutboxEvent.objects.get(name="collaboration.task.done").payload
    assert told["asked_by_id"] == cast.lee.pk
    with pytest.raises(DomainError):
        record_run(actor=actor(cast.ana), row=done, verb="done")
    assert services.task_reopen(actor=actor(cast.ana), row=done).done_at is None


def test_a_task_is_urged_once_an_hour_by_whoever_waits(cast: Cast, actor: Any, task: Task) -> None:
    urged = record_run(actor=actor(cast.lee), row=task, verb="urge", params={"note": "Today!"})

    assert urged.urged_times == 1
    told = OutboxEvent.objects.get(name="collaboration.task.urged").payload
    assert (told["person_id"], told["note"]) == (cast.ana.pk, "Today!")
    with pytest.raises(DomainError):
        record_run(actor=actor(cast.lee), row=urged, verb="urge")
    with pytest.raises(DomainError):
        services.task_urge(actor=actor(cast.ana), row=task)
    assert OutboxEvent.objects.filter(name="collaboration.task.urged").count() == 1


def test_a_stranger_does_not_urge(cast: Cast, actor: Any, task: Task) -> None:
    with pytest.raises((Denied, NotFound)):
        services.task_urge(actor=actor(cast.cy), row=task)


def test_a_task_is_handed_over_and_keeps_its_asker(cast: Cast, actor: Any, task: Task) -> None:
    moved = record_run(
        actor=actor(cast.ana), row=task, verb="hand_over", params={"to": cast.ben, "note": "Ill."}
    )

    assert (moved.owner, moved.asked_by) == (cast.ben, cast.lee)
    assert history("collaboration.task", task.pk)[0].reason == "Ill."


def test_what_waits_for_me_is_tasks_and_promised_contacts(
    cast: Cast, actor: Any, account: Account
) -> None:
    ana, day = actor(cast.ana), date(2026, 3, 10)
    services.task_create(actor=ana, subject="Later", due_on=date(2026, 4, 1))
    late = services.task_create(actor=ana, subject="Late", due_on=date(2026, 3, 1))
    early = datetime(2026, 3, 1, tzinfo=UTC)
    services.followup_log(
        actor=ana, target=account, text="Call back.", at=early, next_contact_on=date(2026, 3, 5)
    )

    items = selectors.my_open_items(ana, until=day)

    assert [(item.kind, item.pk, item.due) for item in items] == [
        ("collaboration.task", late.pk, date(2026, 3, 1)),
        (ACCOUNT, account.pk, date(2026, 3, 5)),
    ]
    services.followup_log(actor=ana, target=account, text="Done.", at=early + timedelta(days=1))
    assert [item.pk for item in selectors.my_open_items(ana, until=day)] == [late.pk]


def test_a_document_keeps_all_its_versions(cast: Cast, actor: Any, account: Account) -> None:
    ana = actor(cast.ana)
    document = services.document_add(
        actor=ana, name="offer.txt", stream=BytesIO(b"first"), target=account
    )
    services.document_version_add(
        actor=ana, row=document, name="offer.txt", stream=BytesIO(b"second"), note="Cheaper."
    )

    versions = document.versions.order_by("number")
    assert [(v.number, v.file.size, v.note) for v in versions] == [(1, 5, ""), (2, 6, "Cheaper.")]
    latest = versions[1]
    assert selectors.document_version(actor(cast.lee), latest.pk) == latest
    assert selectors.document_version(actor(cast.cy), latest.pk) is None


def _event(cast: Cast, actor: Any, **values: Any) -> CalendarEvent:
    starts = datetime(2030, 3, 1, 9, tzinfo=UTC)
    given = {
        "title": "Visit",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=1),
        **values,
    }
    return record_create(actor=actor(cast.ana), model=CalendarEvent, values=given)


def test_whoever_takes_part_sees_the_event(cast: Cast, actor: Any) -> None:
    event = _event(cast, actor, participants=[cast.cy])
    start, end = datetime(2030, 3, 1, tzinfo=UTC), datetime(2030, 3, 2, tzinfo=UTC)

    def sees(person: Any, people: set[int] | None = None) -> bool:
        return event in selectors.events_between(actor(person), start, end, people=people)

    assert sees(cast.ana)
    assert sees(cast.cy, {cast.cy.pk})
    assert sees(cast.ben)
    assert not sees(cast.ben, {cast.ben.pk})
    assert not sees(cast.eng)


def test_an_event_that_is_moved_keeps_its_length(cast: Cast, actor: Any) -> None:
    event = _event(cast, actor)
    later = event.starts_at + timedelta(days=2)

    moved = services.event_move(actor=actor(cast.ana), row=event, starts_at=later)

    assert moved.ends_at - moved.starts_at == timedelta(hours=1)
    with pytest.raises(Invalid):
        services.event_move(
            actor=actor(cast.ana), row=moved, starts_at=later, ends_at=later - timedelta(hours=1)
        )


def test_a_feed_is_read_with_its_secret_until_it_is_renewed(cast: Cast, actor: Any) -> None:
    ana = actor(cast.ana)
    _event(cast, actor, starts_at=now(), ends_at=now() + timedelta(hours=1), place="上海")
    services.task_create(actor=ana, subject="Send offer", due_on=date(2030, 1, 1))
    token = feeds.feed_renew(actor=ana)

    text = feeds.feed_text(token, address="127.0.0.1")

    assert text is not None
    assert "SUMMARY:Visit" in text
    assert "LOCATION:上海" in text
    assert "SUMMARY:Send offer" in text
    assert feeds.feed_text("guess", address="127.0.0.1") is None
    assert feeds.feed_text(feeds.feed_renew(actor=ana), address="127.0.0.1") is not None
    assert feeds.feed_text(token, address="127.0.0.1") is None


def test_news_reaches_its_department_once_published_and_shows_its_readers(
    cast: Cast, actor: Any
) -> None:
    lee, ana = actor(cast.lee), actor(cast.ana)
    values = {"title": "Prices", "text": "New list.", "audience": cast.east}
    news = record_create(actor=lee, model=Announcement, values=values)
    assert list(selectors.announcements(ana)) == []

    news = services.announcement_publish(actor=lee, row=news)
    services.announcement_read(actor=ana, row=news)
    services.announcement_read(actor=ana, row=news)

    assert [one.is_read for one in selectors.announcements(ana)] == [True]
    assert list(selectors.announcements(actor(cast.cy))) == []
    done, waiting = selectors.announcement_readers(news)
    assert (done, waiting) == ([cast.ana], [cast.ben, cast.lee])
    with pytest.raises(Invalid):
        record_update(actor=lee, row=news, values={"text": "Changed."})
    with pytest.raises(Denied):
        services.announcement_withdraw(actor=ana, row=news)


def test_a_note_is_for_its_owner_alone(cast: Cast, actor: Any) -> None:
    note = record_create(actor=actor(cast.ana), model=Note, values={"text": "Be patient."})

    assert note.title == "Be patient."
    assert note in rows(actor(cast.ana), Note)
    for person in (cast.ben, cast.lee, cast.dee, cast.max, cast.ada):
        assert note not in rows(actor(person), Note)


@pytest.mark.parametrize(
    ("measure", "shown"),
    [("sales.won", "CN¥30,000.00"), ("visits", "30,000 visits"), ("manual", "30,000")],
)
def test_a_goal_says_what_it_counts(cast: Cast, actor: Any, measure: str, shown: str) -> None:
    first = now().date()
    values = {"name": "More", "measure": measure, "owner": cast.ana, "target": Decimal(30000)}
    goal = record_create(
        actor=actor(cast.lee), model=Goal, values={**values, "starts_on": first, "ends_on": first}
    )

    page = signed_in(cast.ana).get(f"/goals/{goal.pk}/").content.decode()

    assert re.search(rf">\s*{re.escape(shown)}\s*<", page)


def test_a_goal_counts_what_its_people_did(cast: Cast, actor: Any, account: Account) -> None:
    for person, kind in ((cast.ana, "visit"), (cast.lee, "visit"), (cast.ana, "call")):
        services.followup_log(actor=actor(person), target=account, text="x", kind=kind)
    values = {
        "name": "Visits",
        "measure": "visits",
        "team": cast.east,
        "starts_on": date(2020, 1, 1),
        "ends_on": date(2040, 1, 1),
        "target": 10,
    }
    goal = record_create(actor=actor(cast.lee), model=Goal, values=values)

    counted = record_run(actor=actor(cast.lee), row=goal, verb="count")

    assert counted.actual == 2
    assert str(counted.attainment) == "0.2000"
    with pytest.raises(Invalid):
        record_update(actor=actor(cast.lee), row=goal, values={"measure": "happiness"})
