"""A long transaction may tell the database who acts only before it writes; every entry still has the right name on it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tonglu.audit.models import Entry
from tonglu.audit.services import context, told_late
from tonglu.customers.models import Industry
from tonglu.entities.bulk import NewRow, records_create
from tonglu.entities.services import record_create, record_update
from tonglu.policy import Actor
from tonglu.policy.testing import Cast

pytestmark = pytest.mark.django_db


def test_entries_name_who_wrote_them(cast: Cast, actor: object) -> None:
    ada, system = Actor(person_id=cast.ada.pk, name="Ada", is_system=True), Actor.system("cli")
    with transaction.atomic(), told_late():
        row = record_create(actor=ada, model=Industry, values={"name": "Dairy"})
        with context(system):
            Industry.objects.get(pk=row.pk)
        record_update(actor=system, row=row, values={"name": "Dairies"})
        try:
            with transaction.atomic():
                record_update(actor=ada, row=row, values={"name": "Breweries"})
                raise LookupError
        except LookupError:
            pass
        record_update(actor=ada, row=row, values={"name": "Dairy farms"})
        Industry.objects.filter(pk=row.pk).update(name="Nobody's")

    entries = Entry.objects.filter(kind="customers.industry", row_id=row.pk).order_by("pk")
    assert [(one.actor_id, one.door) for one in entries] == [
        (cast.ada.pk, "page"), (None, "cli"), (cast.ada.pk, "page"), (None, "sql"),
    ]  # fmt: skip


def test_who_only_reads_is_not_told(cast: Cast) -> None:
    with (
        transaction.atomic(),
        told_late(),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        for _time in range(3):
            with context(Actor.system("cli")):
                Industry.objects.count()

    assert not [query for query in asked if "tonglu.context" in query["sql"]]


def test_rows_written_by_copy_name_who_wrote_them(cast: Cast) -> None:
    ada = Actor(person_id=cast.ada.pk, name="Ada", is_system=True)
    with transaction.atomic(), told_late():
        record_create(actor=Actor.system("cli"), model=Industry, values={"name": "Dairy"})
        news = [NewRow(place=n, values={"name": name}) for n, name in enumerate(("Tea", "Silk"))]
        records_create(actor=ada, model=Industry, news=news)

    made = Entry.objects.filter(kind="customers.industry", row_id__in=[new.row.pk for new in news])
    assert {one.actor_id for one in made} == {cast.ada.pk}
