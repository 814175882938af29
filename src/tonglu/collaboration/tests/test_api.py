"""Programs hang follow-ups, tasks and files on a record, and get the files again, under the record's permissions."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tonglu.collaboration.models import Document, Task
from tonglu.entities.testing import api
from tonglu.marketing.models import Lead
from tonglu.policy.testing import Cast


@pytest.fixture
def lead(cast: Cast) -> int:
    """A lead of Ana's."""
    made = Lead.objects.create(
        name="Zhang", company="Huachen", owner=cast.ana, department=cast.east
    )
    return int(made.pk)


def send(client: Any, path: str, name: str = "plan.txt", **more: Any) -> Any:
    """Send a file as a form does."""
    file = SimpleUploadedFile(name, b"four pumps, two valves")
    return client.post(f"/api/v1/{path}", {"file": file, **more})


def test_a_file_is_put_on_a_record_revised_and_read_again(
    cast: Cast, browse: Any, lead: int
) -> None:
    ana = browse(cast.ana)

    made = send(ana, f"leads/{lead}/files")

    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/documents/{made.json()['id']}"
    document = Document.objects.get(pk=made.json()["id"])
    assert (document.target_kind, document.target_id) == ("marketing.lead", lead)
    again = send(ana, f"documents/{document.pk}/file", "plan-2.txt", note="Two more")
    assert again.status_code == 201
    assert [v.note for v in document.versions.order_by("number")] == ["", "Two more"]
    read = ana.get(f"/api/v1/documents/{document.pk}/file")
    assert b"".join(read.streaming_content) == b"four pumps, two valves"
    assert 'filename="plan-2.txt"' in read.headers["Content-Disposition"]


def test_a_task_and_a_follow_up_are_put_on_a_record(cast: Cast, browse: Any, lead: int) -> None:
    ana = browse(cast.ana)

    task = api(ana, "post", f"leads/{lead}/tasks", {"subject": "Call", "due_on": "2030-01-31"})
    said = api(ana, "post", f"leads/{lead}/follow-ups", {"kind": "call", "text": "They want four"})

    assert (task.status_code, said.status_code) == (201, 201), (task.content, said.content)
    assert {(r.json()["target_kind"], r.json()["target_id"]) for r in (task, said)} == {
        ("marketing.lead", lead)
    }
    assert task.json()["due_on"] == "2030-01-31"
    wrong = api(ana, "post", f"leads/{lead}/tasks", {"title": "Call"})
    assert wrong.status_code == 422
    assert {error["field"] for error in wrong.json()["errors"]} == {"title", "subject"}


def test_nothing_is_hung_on_what_one_does_not_see(cast: Cast, browse: Any, lead: int) -> None:
    cy, ana = browse(cast.cy), browse(cast.ana)
    mine = send(ana, f"leads/{lead}/files").json()["id"]

    answers = [
        send(cy, f"leads/{lead}/files"),
        send(cy, f"documents/{mine}/file"),
        cy.get(f"/api/v1/documents/{mine}/file"),
        api(cy, "post", f"leads/{lead}/tasks", {"subject": "Call"}),
        api(cy, "post", f"leads/{lead}/follow-ups", {"text": "Called"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert (Task.objects.count(), Document.objects.count()) == (0, 1)


def test_a_call_without_a_file_is_refused_in_words(cast: Cast, browse: Any, lead: int) -> None:
    ana = browse(cast.ana)

    for path in (f"leads/{lead}/files",):
        refused = api(ana, "post", path, {})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
        assert refused.json()["errors"][0]["field"] == "file"
