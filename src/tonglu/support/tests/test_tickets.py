"""Tickets: when an answer is due, how one is solved, and why it came back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tonglu.audit.models import Entry
from tonglu.customers.tests.made import account_of
from tonglu.directory.core.worktime import working_time_add
from tonglu.directory.models import Calendar, CalendarHours, Department
from tonglu.directory.selectors import calendar_of_department
from tonglu.entities.services import record_create, record_run
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.support.models import Article, ServiceOrder, Ticket

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def ticket(cast, actor):
    """A ticket of the service engineer about the customer of the cast."""
    values = {"subject": "The pump hums", "account": account_of(cast), "owner": cast.eng}
    return record_create(actor=actor(cast.eng), model=Ticket, values=values)


def test_the_answer_is_due_by_the_hours_of_who_answers(cast, actor):
    nights = Calendar.objects.create(name="Nights", timezone="Europe/Berlin")
    for day in range(7):
        CalendarHours.objects.create(calendar=nights, weekday=day, starts="20:00", ends="23:00")
    Department.objects.filter(pk=cast.eng.department_id).update(calendar=nights)

    row = record_create(
        actor=actor(cast.eng),
        model=Ticket,
        values={"subject": "No pressure", "account": account_of(cast), "priority": "urgent"},
    )

    calendar = calendar_of_department(row.department_id)
    assert calendar.timezone == "Europe/Berlin"
    assert abs(row.due_at - working_time_add(calendar, row.created_at, Decimal(2))).seconds < 5
    assert 20 <= row.due_at.astimezone(BERLIN).hour <= 23
    assert isinstance(row.due_at, datetime)


def test_a_ticket_is_solved_with_its_solution_only(ticket, cast, actor, browse):
    eng = actor(cast.eng)

    with pytest.raises(Invalid) as refused:
        record_run(actor=eng, row=ticket, verb="solve", params={"solution": "  "})
    dropped = browse(cast.eng).post(f"/tickets/{ticket.pk}/move/", {"to": "solved"})

    ticket.refresh_from_db()
    assert set(refused.value.errors) == {"solution"}
    assert (dropped.status_code, ticket.state) == (422, "new")
    assert "how it was solved" in dropped.content.decode()


def test_why_a_ticket_came_back_stands_in_the_trail(ticket, cast, actor):
    eng = actor(cast.eng)
    solved = record_run(actor=eng, row=ticket, verb="solve", params={"solution": "New seal"})
    with pytest.raises(DomainError):
        record_run(actor=eng, row=solved, verb="wait")

    record_run(actor=eng, row=solved, verb="reopen", params={"reason": "It hums again"})

    entry = Entry.objects.filter(kind="support.ticket", row_id=ticket.pk).latest("id")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.solved_at, ticket.solution) == ("open", None, "New seal")
    assert (entry.verb, entry.reason) == ("support.ticket.reopen", "It hums again")


def test_an_article_is_published_once_and_retired_once(cast, actor):
    eng = actor(cast.eng)
    article = record_create(actor=eng, model=Article, values={"title": "Seals", "body": "Dry."})

    for verb, state in (("publish", "published"), ("retire", "retired")):
        record_run(actor=eng, row=article, verb=verb)
        article.refresh_from_db()
        assert article.state == state
        with pytest.raises(DomainError):
            record_run(actor=eng, row=article, verb=verb)


def test_a_visit_offers_one_filled_button_and_what_has_begun_is_only_finished(cast, actor, browse):
    eng = actor(cast.eng)
    visit = record_create(actor=eng, model=ServiceOrder, values={"account": account_of(cast)})

    def buttons() -> str:
        page = browse(cast.eng).get(f"/service-orders/{visit.pk}/").content.decode()
        return str(page.split('class="page-actions')[1].split('data-bs-toggle="dropdown"')[0])

    planned = buttons()
    assert "Begin the work" in planned
    assert "Finish" in planned
    assert ("btn-primary" in planned, "btn-success" in planned) == (True, False)

    record_run(actor=eng, row=visit, verb="begin")
    under_way = buttons()
    assert "Begin the work" not in under_way
    assert "btn-success" in under_way


def test_what_nobody_has_taken_on_stands_in_a_list_of_its_own(ticket, cast, actor, browse):
    values = {"subject": "Water on the floor", "account": account_of(cast), "owner": None}
    lost = record_create(actor=actor(cast.eng), model=Ticket, values=values)
    address, eng = "/tickets/?view=unassigned", browse(cast.eng)

    before = eng.get(address).content.decode()
    record_run(actor=actor(cast.eng), row=lost, verb="take")
    after = eng.get(address).content.decode()

    assert ("Water on the floor" in before, "The pump hums" in before) == (True, False)
    assert "Water on the floor" not in after
    assert ("Nothing in this list now" in after, "No tickets yet" in after) == (True, False)
