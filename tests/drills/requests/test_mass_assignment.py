"""Only what a kind declares can be written: every other column is sent to every door that writes, and must stay as it was.

Every column of the table goes, with a value that tells where it came from, to the form and the API, to new records and existing
ones, to bulk calls, bulk edits, single fields and every act. Refused or left out, the column does not take the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models

from tests.permissions.conftest import MADE, Company
from tonglu.entities.api import rows as api_rows
from tonglu.entities.registry import entity_of
from tools.drills.fixture import Drill

from .asking import Ask, tried

TEXT = "sent-by-the-drill"
NUMBER = 424_242
DAY = "1931-01-31"
MOMENT = "1931-01-31T09:00:00Z"
ABLE = {
    "supply.purchase": "pat",
    "supply.supplier": "pat",
    "finance.invoice": "fay",
    "finance.collection": "fay",
    "support.serviceorder": "eng",
}


def undeclared(kind: str) -> dict[str, Any]:
    """The columns that nobody may set, each with a value that cannot have come from elsewhere."""
    entity = entity_of(kind)
    declared = {*entity.form_fields, "external_id", "custom"} - set(entity.readonly)
    return {
        field.attname: _mark(field)
        for field in entity.model._meta.concrete_fields
        if field.name not in declared and _mark(field) is not None
    }


def _mark(field: Any) -> Any:
    match field:
        case models.GeneratedField() | models.JSONField() | models.BooleanField():
            return None
        case models.ForeignKey() | models.IntegerField() | models.DecimalField():
            return NUMBER if getattr(field, "max_digits", 18) > 12 else None
        case models.DateTimeField():
            return MOMENT
        case models.DateField():
            return DAY
        case _:
            return TEXT[: field.max_length or 50]


def asks(company: Company, kind: str) -> Iterator[Ask]:
    """Every door that writes, with every undeclared column under its own name and under its attribute's."""
    entity = entity_of(kind)
    person = ABLE.get(kind, "ana")
    row = company.rows[kind][person]
    call, page = f"/api/v1/{entity.slug}", f"/{entity.slug}"
    marks = undeclared(kind)
    valid = {
        name: getattr(value, "pk", value) for name, value in MADE[kind](company, person).items()
    }
    for name, mark in marks.items():
        for spelled in {name, name.removesuffix("_id")}:
            body = {spelled: mark}
            yield Ask(person=person, method="patch", url=f"{call}/{row.pk}", body=body)
            yield Ask(person=person, method="post", url=call, body={**valid, **body})
            rows = {"rows": [{"external_id": "bulk", **valid, **body}], "match": "external_id"}
            yield Ask(person=person, method="post", url=f"{call}/bulk", body=rows)
            form = {**body, "version": row.version, "value": mark}
            yield Ask(
                person=person, method="post", url=f"{page}/{row.pk}/fields/{spelled}/", body=form
            )
    everything = {
        spelled: mark
        for name, mark in marks.items()
        for spelled in (name, name.removesuffix("_id"))
    }
    yield Ask(
        person=person,
        method="post",
        url=f"{page}/{row.pk}/edit/",
        body={**everything, **valid, "version": row.version},
    )
    yield Ask(person=person, method="post", url=f"{page}/new/", body={**everything, **valid})
    yield Ask(
        person=person,
        method="post",
        url=f"{page}/bulk/edit/",
        body={**everything, "pk": row.pk, "confirmed": "1"},
    )
    for verb in entity.verbs:
        yield Ask(
            person=person, method="post", url=f"{page}/{row.pk}/verbs/{verb.name}/", body=everything
        )
        yield Ask(person=person, method="post", url=f"{call}/{row.pk}/{verb.name}", body=everything)


def taken_over(company: Company, kind: str, most: int, dice: Any) -> tuple[list[str], int]:
    """The requests after which an undeclared column holds what was sent."""
    faults, everything = [], list(asks(company, kind))
    chosen = dice.sample(everything, min(most, len(everything)))
    model, marks = entity_of(kind).model, undeclared(kind)
    for ask in chosen:

        def look(answer: Any) -> list[str]:
            said = [f"answered {answer.status_code}"] if answer.status_code >= 500 else []
            found = models.Q()
            for name, mark in marks.items():
                found |= models.Q(**{name: mark})
            return said + [str(row.pk) for row in model._default_manager.filter(found)[:1]]

        if wrong := tried(company, ask, look):
            faults.append(f"{ask}: {wrong}")
    return faults, len(chosen)


def test_only_declared_columns_can_be_written(company: Company, drill: Drill) -> None:
    faults, asked = [], 0
    for kind in MADE:
        wrong, number = taken_over(company, kind, drill.size(4, 10_000), drill.dice())
        faults += wrong
        asked += number

    drill.holds("requests that wrote a column nobody may write", faults, of=asked)


def test_planted_a_door_that_takes_everything_is_found(
    company: Company, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trusting(*, form: Any, version: int | None = None) -> Any:
        row = form.row
        for name, value in form.raw.items():
            setattr(row, name, value)
        row.save()
        return row

    monkeypatch.setattr(api_rows, "record_save", trusting)
    row = company.rows["customers.account"]["ana"]
    body = {"search_hint": 1, "version": NUMBER}
    ask = Ask(person="ana", method="patch", url=f"/api/v1/accounts/{row.pk}", body=body)
    monkeypatch.setattr("tests.drills.requests.test_mass_assignment.asks", lambda *_given: [ask])

    assert taken_over(company, "customers.account", 1, drill.dice())[0]
