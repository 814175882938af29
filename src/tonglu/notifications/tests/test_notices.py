"""A notice reaches whom it concerns, once, by the way they chose, and names a record only to whoever may see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tonglu.collaboration import services as work
from tonglu.collaboration.models import FollowUp, Task
from tonglu.customers.models import Account
from tonglu.directory import services as directory
from tonglu.directory.mentions import mentioned
from tonglu.directory.models import Person
from tonglu.entities.changesets import bulk_update
from tonglu.entities.services import record_create, record_update
from tonglu.marketing.models import Lead
from tonglu.notifications.jobs import digest, morning, notice_mail
from tonglu.notifications.models import Notice, Preference
from tonglu.notifications.selectors import told
from tonglu.notifications.services import notify
from tonglu.policy import Actor

CANARY = "Canary Foundry 9431"
ACCOUNT = "customers.account"


@pytest.fixture
def account(cast: Any, actor: Any) -> Any:
    """Ana's account."""
    return record_create(actor=actor(cast.ana), model=Account, values={"name": "Acme"})


@pytest.fixture
def task(cast: Any, actor: Any, worker: Any) -> Any:
    """Ana gave Ben a task."""
    values = {"subject": "Measure the hall", "owner": cast.ben}
    made = record_create(actor=actor(cast.ana), model=Task, values=values)
    worker()
    return made


def _topics(person: Person) -> list[str]:
    return list(Notice.objects.filter(person=person).values_list("topic", flat=True))


def test_a_task_is_told_to_its_doer_and_its_end_to_its_asker(task, cast, actor, worker):
    work.task_done(actor=actor(cast.ben), row=task, answer="24 by 60")
    worker()

    assert _topics(cast.ben) == ["task.asked"]
    assert _topics(cast.ana) == ["task.done"]


def test_a_new_owner_is_told_but_not_whoever_takes_a_record(account, cast, actor, worker):
    record_update(actor=actor(cast.lee), row=account, values={"owner": cast.ben})
    worker()
    record_update(actor=actor(cast.lee), row=account, values={"owner": cast.lee})
    worker()

    assert _topics(cast.ben) == ["assigned"]
    assert _topics(cast.lee) == []


def test_a_bulk_act_tells_each_new_owner_once_and_leads_to_just_those(
    account, cast, actor, worker, browse
):
    ana, lee = actor(cast.ana), actor(cast.lee)
    given = [account, *(record_create(actor=ana, model=Account, values={"name": f"Given {n}"}) for n in (1, 2))]  # fmt: skip
    record_create(actor=actor(cast.ben), model=Account, values={"name": "Bens own"})
    foreign = record_create(actor=actor(cast.cy), model=Account, values={"name": "Out of reach"})
    ids = [row.pk for row in (*given, foreign)]

    done = bulk_update(
        actor=lee, model=Account, ids=ids, values={"owner": cast.ben}, title="Hand over"
    )
    worker()

    assert (done.done, len(done.refused)) == (3, 1)
    notice = Notice.objects.get(person=cast.ben)
    (told_ben,) = told(actor(cast.ben), [notice])
    assert (notice.topic, told_ben.text) == ("assigned", "Lee gave you 3 accounts")
    page = browse(cast.ben).get(f"/notifications/{notice.pk}/", follow=True).content.decode()
    assert [name in page for name in ("Acme", "Given 1", "Given 2", "Bens own")] == [True] * 3 + [
        False
    ]
    record_update(actor=lee, row=given[1], values={"owner": cast.ana})
    page = browse(cast.ben).get(told_ben.url).content.decode()
    assert ("Given 1" in page, "Given 2" in page) == (False, True)
    assert browse(cast.cy).get(told_ben.url).content.decode().count("Given") == 0


@pytest.mark.parametrize(
    ("model", "values"),
    [(Task, {"subject": "Measure"}), (Lead, {"company": "Huachen", "lead_class": "live"})],
)
def test_kinds_with_a_word_of_their_own_are_told_of_once_in_bulk_too(
    cast, actor, worker, model, values
):
    made = [record_create(actor=actor(cast.ana), model=model, values=dict(values)) for _ in "ab"]
    worker()
    ids = [row.pk for row in made]
    act = {"actor": actor(cast.lee), "model": model, "title": "Hand over"}

    bulk_update(ids=ids, values={"owner": cast.ben}, **act)
    bulk_update(ids=ids[:1], values={"owner": cast.ana}, **act)
    worker()

    assert list(Notice.objects.filter(person=cast.ben).values_list("topic", "count")) == [
        ("assigned", 2)
    ]
    assert list(Notice.objects.filter(person=cast.ana).values_list("topic", "count")) == [
        ("assigned", 1)
    ]


def test_an_event_delivered_twice_is_told_once(account, cast):
    told = [
        notify("assigned", [cast.ana.pk], kind=ACCOUNT, row_id=account.pk, key="x") for _ in "ab"
    ]

    assert told == [1, 0]


def test_nobody_is_told_of_a_record_out_of_their_reach(account, cast):
    assert notify("assigned", [cast.cy.pk], kind=ACCOUNT, row_id=account.pk) == 0
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Ben please look, and @Lee too", ["ben", "lee"]),
        ("请 @ben 看一下", ["ben"]),
        ("@王小明请看", ["wang"]),
        ("@Ben Okafor and not Ben", ["okafor"]),
        ("write to ana@ben.com", []),
        ("@Nobody, @", []),
        ("@Gone", []),
    ],
)
def test_the_longest_name_after_an_at_is_mentioned(cast, text, names):
    people = {
        **cast.people,
        "wang": directory.person_create(name="王小明", email="wang@example.com"),
        "okafor": directory.person_create(name="Ben Okafor", email="okafor@example.com"),
    }
    gone = directory.person_create(name="Gone", email="gone@example.com")
    directory.person_deactivate(person=gone)

    assert mentioned(text) == [people[name].pk for name in names]


def test_a_mention_reaches_a_teammate_who_sees_it_and_no_stranger(
    account, cast, actor, worker, smtp
):
    values = {"text": "@Lee and @Cy: they want ten more", "account": account}
    record_create(actor=actor(cast.ana), model=FollowUp, values=values)
    worker()

    assert _topics(cast.lee) == ["mention"]
    assert _topics(cast.cy) == []
    (mail,) = smtp.mails
    assert mail["To"] == "lee@example.com"
    assert mail["Subject"].startswith("Ana mentioned you")


def test_a_mention_works_in_every_text_and_is_told_once(account, cast, actor, worker):
    ana = actor(cast.ana)

    record_update(actor=ana, row=account, values={"description": "@Lee knows them"})
    worker()
    record_update(
        actor=ana, row=account, values={"description": "@Lee knows them well, @Dee too, not @Ben"}
    )
    worker()
    record_update(actor=ana, row=account, values={"city": "Suzhou", "description": "Ask @Cy, @Ana"})
    worker()

    told_of = Notice.objects.filter(topic="mention").values_list("person", "kind", "row_id")
    assert sorted(told_of) == sorted(
        (person.pk, ACCOUNT, account.pk) for person in (cast.lee, cast.dee)
    )


def test_what_comes_in_a_file_mentions_nobody(cast, actor, worker):
    record_create(
        actor=actor(cast.ana, "import"),
        model=Account,
        values={"name": "Acme", "description": "@Lee"},
    )
    worker()

    assert not Notice.objects.exists()


def test_mail_at_once_speaks_the_readers_language_and_leads_to_the_record(
    task, cast, actor, worker, smtp, settings
):
    settings.SITE_URL = "https://crm.example.com"
    Person.objects.filter(pk=cast.ben.pk).update(language="zh-hans")

    work.task_urge(actor=actor(cast.ana), row=task, note="?")
    worker()

    mail = next(mail for mail in smtp.mails if "催" in mail["Subject"])
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"] == "ben@example.com"
    assert "Measure the hall" in text
    assert f"https://crm.example.com/tasks/{task.pk}/" in text
    assert "您好" in text


def test_a_notice_that_was_read_is_not_mailed(task, cast, browse, smtp, worker):
    Notice.objects.update(mailing="once", read_at=datetime(2026, 1, 1, tzinfo=UTC))

    notice_mail(notice_id=Notice.objects.get().pk)
    worker()

    assert smtp.mails == []


def test_the_digest_comes_once_a_day_in_the_readers_morning(task, cast, worker, smtp):
    """Ben's eight o'clock in Shanghai is midnight in London."""
    Person.objects.filter(pk=cast.ben.pk).update(timezone="Asia/Shanghai", language="zh-hans")
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    Notice.objects.update(made_at=day - timedelta(days=1))

    sent = []
    for minutes in (-30, 0, 15, 60 * 5):
        with time_machine.travel(day + timedelta(minutes=minutes), tick=False):
            morning()
            worker()
        sent.append(len(smtp.mails))

    assert sent == [0, 1, 1, 1]
    assert smtp.mails[0]["Subject"] == "今天有 1 件事与您有关"
    assert "Measure the hall" in smtp.mails[0].get_body(("plain",)).get_content()


def test_the_digest_passes_over_what_was_read_and_who_left(task, cast, worker, smtp):
    Notice.objects.update(read_at=datetime(2026, 1, 1, tzinfo=UTC))
    digest(person_id=cast.ben.pk)
    Notice.objects.update(read_at=None, mailed_at=None)
    directory.person_deactivate(person=cast.ben)
    digest(person_id=cast.ben.pk)
    worker()

    assert smtp.mails == []


def test_a_task_due_today_is_told_in_the_morning_once(cast, actor, worker):
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    record_create(
        actor=actor(cast.ana), model=Task, values={"subject": "Call", "due_on": day.date()}
    )
    told = []
    for hours in (-1, 6, 7, 9, 32):
        with time_machine.travel(day + timedelta(hours=hours), tick=False):
            morning()
        told.append(len(_topics(cast.ana)))

    assert told == [0, 0, 1, 1, 1]


def test_a_person_chooses_how_they_hear_of_a_topic(task, cast, browse, actor, worker, smtp):
    client = browse(cast.ben)
    form = {f"mailing-{code}": "never" for code in ("task.asked", "task.urged")}

    client.post("/me/notifications/", {**form, "bell-mention": "on"})
    work.task_urge(actor=actor(cast.ana), row=task, note="?")
    worker()

    assert _topics(cast.ben) == ["task.asked"]
    assert smtp.mails == []
    assert Preference.objects.filter(person=cast.ben, topic="mention").count() == 0
    page = client.get("/me/notifications/").content.decode()
    assert 'name="bell-task.urged"' in page


def test_the_bell_counts_what_is_unread_until_it_is_followed_or_read(task, cast, browse):
    client = browse(cast.ben)
    notice = Notice.objects.get(person=cast.ben)

    assert "1 notification" in client.get("/tasks/").content.decode()
    panel = client.get("/notifications/", headers={"HX-Request": "true"}).content.decode()
    assert "Ana gave you a task: Measure the hall" in panel
    followed = client.get(f"/notifications/{notice.pk}/")

    assert followed["Location"] == f"/tasks/{task.pk}/"
    assert "1 notification" not in client.get("/tasks/").content.decode()


def test_reading_all_reads_mine_only(task, cast, browse):
    other = notify("task.due", [cast.ana.pk], kind="collaboration.task", row_id=task.pk)

    answer = browse(cast.ben).post("/notifications/read/", headers={"HX-Request": "true"})

    assert other == 1
    assert '{"count": 0}' in answer["HX-Trigger"]
    assert Notice.objects.filter(read_at=None).get().person == cast.ana


def test_another_persons_notice_does_not_exist_for_me(task, cast, browse):
    notice = Notice.objects.get(person=cast.ben)

    assert browse(cast.cy).get(f"/notifications/{notice.pk}/").status_code == 404
    assert "Measure" not in browse(cast.cy).get("/notifications/").content.decode()
    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_record_that_went_out_of_reach_is_no_longer_named(cast, actor, browse, worker, smtp):
    values = {"name": CANARY, "owner": cast.cy}
    row = record_create(actor=Actor.system("job"), model=Account, values=values)
    notify("assigned", [cast.cy.pk], kind=ACCOUNT, row_id=row.pk)
    Account.objects.filter(pk=row.pk).update(owner=cast.ana, department=cast.east)

    page = browse(cast.cy).get("/notifications/").content.decode()
    digest(person_id=cast.cy.pk)
    worker()

    assert "out of your reach now" in page
    assert len(smtp.mails) == 1
    assert CANARY not in page + smtp.mails[0].as_string()


@pytest.mark.parametrize("count", [1, 40])
def test_the_bell_and_its_page_cost_the_same_for_any_number(
    task, cast, browse, count, django_assert_max_num_queries
):
    for number in range(count):
        notify(
            "task.due", [cast.ben.pk], kind="collaboration.task", row_id=task.pk, key=str(number)
        )
    client = browse(cast.ben)

    with django_assert_max_num_queries(10):
        assert client.get("/notifications/").status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get("/tasks/").status_code == 200
