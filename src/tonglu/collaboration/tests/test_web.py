"""The pages: logging on a record, ticking off, filing, the calendar and its feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tonglu.collaboration import services
from tonglu.collaboration.models import Announcement, CalendarEvent, Document, FollowUp, Task
from tonglu.customers import services as customers
from tonglu.customers.models import Account
from tonglu.entities.services import record_create
from tonglu.policy.testing import Cast

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def account(cast: Cast, actor: Any) -> Account:
    """Ana's account."""
    return customers.account_create(actor=actor(cast.ana), values={"name": "华辰科技"})


def _panel(client: Client, account: Account, name: str) -> str:
    return client.get(f"/accounts/{account.pk}/panels/{name}/", **HTMX).content.decode()


def test_a_followup_is_logged_on_the_page_of_its_record(
    cast: Cast, browse: Any, account: Account
) -> None:
    ana = browse(cast.ana)
    assert 'name="text"' in _panel(ana, account, "followups")

    answer = ana.post(
        f"/on/accounts/{account.pk}/log/",
        {"kind": "visit", "text": "Saw the plant.", "next_contact_on": "2030-01-02"},
        **HTMX,
    )

    assert answer.status_code == 200
    assert "Saw the plant." in answer.content.decode()
    assert "tonglu:timeline" in answer.headers["HX-Trigger"]
    logged = FollowUp.objects.get()
    assert (logged.kind, str(logged.next_contact_on)) == ("visit", "2030-01-02")
    timeline = ana.get(f"/accounts/{account.pk}/timeline/?group=followups").content.decode()
    assert "Saw the plant." in timeline


def test_whoever_arranged_a_meeting_is_noted_and_nobody_for_a_call(
    cast: Cast, browse: Any, account: Account
) -> None:
    ana = browse(cast.ana)
    panel = _panel(ana, account, "followups")
    assert 'data-name="sourced_by"' in panel

    for kind in ("meeting", "call"):
        values = {"kind": kind, "text": "Talked.", "sourced_by": str(cast.tess.pk)}
        assert ana.post(f"/on/accounts/{account.pk}/log/", values, **HTMX).status_code == 200

    logged = dict(FollowUp.objects.values_list("kind", "sourced_by_id"))
    assert logged == {"meeting": cast.tess.pk, "call": None}


def test_without_scripts_logging_returns_to_the_record(
    cast: Cast, browse: Any, account: Account
) -> None:
    answer = browse(cast.ana).post(
        f"/on/accounts/{account.pk}/log/", {"kind": "call", "text": "Hello."}
    )

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/{account.pk}/")


def test_an_empty_followup_comes_back_with_the_reason(
    cast: Cast, browse: Any, account: Account
) -> None:
    answer = browse(cast.ana).post(f"/on/accounts/{account.pk}/log/", {"kind": "call"}, **HTMX)

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    assert FollowUp.objects.count() == 0


def test_a_stranger_finds_neither_record_nor_form(
    cast: Cast, browse: Any, account: Account
) -> None:
    cy = browse(cast.cy)

    assert cy.post(f"/on/accounts/{account.pk}/log/", {"text": "x"}).status_code == 404
    assert cy.get(f"/accounts/{account.pk}/panels/tasks/").status_code == 404


def test_a_task_is_added_and_ticked_off_in_its_panel(
    cast: Cast, browse: Any, account: Account
) -> None:
    ana = browse(cast.ana)

    added = ana.post(f"/on/accounts/{account.pk}/tasks/", {"subject": "Send offer"}, **HTMX)
    assert "Send offer" in added.content.decode()
    task = Task.objects.get()
    ticked = ana.post(f"/on/accounts/{account.pk}/tasks/{task.pk}/done/", **HTMX)

    assert ticked.status_code == 200
    task.refresh_from_db()
    assert task.state == "done"


def test_a_file_is_dropped_on_a_record_revised_and_downloaded(
    cast: Cast, browse: Any, account: Account
) -> None:
    ana = browse(cast.ana)
    sent = SimpleUploadedFile("报价.txt", b"first")
    assert ana.post(f"/on/accounts/{account.pk}/files/", {"file": sent}, **HTMX).status_code == 200
    document = Document.objects.get()
    assert document.title == "报价.txt"

    revised = SimpleUploadedFile("报价.txt", b"second")
    ana.post(f"/documents/{document.pk}/versions/", {"file": revised}, **HTMX)

    latest = document.versions.get(number=2)
    answer = ana.get(f"/files/{latest.pk}/")
    assert b"".join(answer.streaming_content) == b"second"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert browse(cast.cy).get(f"/files/{latest.pk}/").status_code == 404
    assert "报价.txt" in _panel(ana, account, "files")
    assert ana.get(f"/documents/{document.pk}/panels/versions/").status_code == 200


@pytest.mark.parametrize(
    ("pressed", "begins", "ends"),
    [
        ("2030-03-02T14:30:00+08:00", "2030-03-02T14:30", "2030-03-02T15:30"),
        ("2030-03-02T23:30:00+08:00", "2030-03-02T23:30", "2030-03-03T00:30"),
        ("2030-03-02", "2030-03-02T09:00", "2030-03-02T10:00"),
    ],
)
def test_an_event_begins_where_the_calendar_was_pressed_and_lasts_an_hour(
    cast: Cast, browse: Any, pressed: str, begins: str, ends: str
) -> None:
    type(cast.ana).objects.filter(pk=cast.ana.pk).update(timezone="Asia/Shanghai")
    page = browse(cast.ana).get("/calendar/new/", {"start": pressed}, follow=True)

    form = page.content.decode()
    assert f'value="{begins}"' in form
    assert f'value="{ends}"' in form


def test_the_calendar_shows_events_and_due_tasks_and_moves_its_own(
    cast: Cast, actor: Any, browse: Any
) -> None:
    starts = datetime(2030, 3, 1, 9, tzinfo=UTC)
    values = {"title": "Visit", "starts_at": starts, "ends_at": starts + timedelta(hours=1)}
    event = record_create(actor=actor(cast.ana), model=CalendarEvent, values=values)
    services.task_create(actor=actor(cast.ana), subject="Offer", due_on=starts.date())
    span = {"start": "2030-03-01", "end": "2030-03-31"}
    ana, ben = browse(cast.ana), browse(cast.ben)

    assert ana.get("/calendar/").status_code == 200
    mine = ana.get("/calendar/mine/events/", span).json()
    assert [(one["title"], "move_url" in one) for one in mine] == [
        ("Visit", True),
        ("☐ Offer", False),
    ]
    assert ben.get("/calendar/mine/events/", span).json() == []
    assert [one["title"] for one in ben.get("/calendar/team/events/", span).json()] == ["Visit"]

    moved = ana.post(f"/calendar/events/{event.pk}/move/", {"start": "2030-03-02T09:00:00Z"})
    assert moved.status_code == 204
    event.refresh_from_db()
    assert event.starts_at.day == 2
    refused = ben.post(f"/calendar/events/{event.pk}/move/", {"start": "2030-03-03T09:00:00Z"})
    assert refused.status_code in {403, 404}


def test_the_feed_needs_its_secret_and_no_sign_in(cast: Cast, browse: Any) -> None:
    ana = browse(cast.ana)
    ana.post("/calendar/feed/")
    page = ana.get("/calendar/").content.decode()
    url = page.split('id="feed-url">')[1].split("<")[0]

    answer = Client().get(url.replace("http://testserver", ""))

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert Client().get("/calendar/feed/guess.ics").status_code == 404
    assert "feed-url" not in ana.get("/calendar/").content.decode()


def test_an_announcement_to_no_department_is_for_everybody(
    cast: Cast, browse: Any, actor: Any
) -> None:
    made = record_create(
        actor=actor(cast.ada), model=Announcement, values={"title": "Closed", "text": "On Monday"}
    )

    browser = browse(cast.ada)

    assert "Everybody" in browser.get("/announcements/").content.decode()
    assert "Everybody" in browser.get(f"/announcements/{made.pk}/").content.decode()
