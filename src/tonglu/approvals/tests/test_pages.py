"""The page of a request, and its printed record."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string

from tonglu.approvals import ports, services
from tonglu.approvals.models import ApprovalRequest
from tonglu.approvals.panels import requests_panel
from tonglu.approvals.services import Ask, Question


@pytest.fixture
def request_row(cast: Any, actor: Any) -> Any:
    """A request of Ana's that waits for Lee."""
    ports.register(ports.Subject(code="page", label="Discount", decided=lambda *_: None))
    yield services.approval_ask(
        actor=actor(cast.ana),
        question=Question(
            subject="page",
            row=cast.east,
            title="30 % off for Acme",
            reason="Reference customer",
            facts=(("Margin rate", "12%"),),
        ),
        steps=[Ask(people=(cast.lee.pk,))],
    )
    del ports._subjects["page"]


def test_the_card_has_all_that_the_decision_needs(request_row, cast, browse):
    browser = browse(cast.lee)

    record = browser.get(f"/approvals/{request_row.pk}/").content.decode()
    card = browser.get(f"/approvals/{request_row.pk}/panels/card/").content.decode()
    votes = browser.get(f"/approvals/{request_row.pk}/panels/votes/").content.decode()

    assert all(words in record for words in ("30 % off for Acme", "Reference customer"))
    assert all(words in card for words in ("Margin rate", "12%"))
    assert all(words in votes for words in ("Lee", "Waiting", "Print the record"))


def test_a_record_leads_to_the_request_only_who_may_open_it(request_row, cast, actor):
    panel = requests_panel("directory.department")
    shown = {
        name: render_to_string(panel.template, panel.render(actor(getattr(cast, name)), cast.east))
        for name in ("ana", "cy")
    }

    assert f'href="/approvals/{request_row.pk}/"' in shown["ana"]
    assert "href=" not in shown["cy"]
    assert request_row.number in shown["cy"]


def test_lee_approves_in_one_tap(request_row, cast, browse):
    answer = browse(cast.lee).post(f"/approvals/{request_row.pk}/verbs/approve/", {})

    assert answer.status_code == 302
    assert ApprovalRequest.objects.get().state == "approved"


def test_no_stands_beside_yes(request_row, cast, browse):
    page = browse(cast.lee).get(f"/approvals/{request_row.pk}/").content.decode()

    head = page.split('class="page-actions')[1].split('data-bs-toggle="dropdown"')[0]
    assert "Approve" in head
    assert "Send back" in head


def test_the_record_is_printed_for_those_who_may_see_it(request_row, cast, browse):
    path = f"/approvals/{request_row.pk}/pdf/"

    printed = browse(cast.lee).get(path)

    assert (printed["Content-Type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    assert browse(cast.cy).get(path).status_code == 404


def test_the_list_of_approvals_opens_for_everybody(cast, browse):
    for person in cast.people.values():
        assert browse(person).get("/approvals/").status_code == 200
