"""What the inherited tests of one kind work with: people, a record, two browsers; made once per class, rolled back after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.test import Client

from tonglu.entities.bulk import NewRow, records_create
from tonglu.entities.fields import Type, value_of
from tonglu.entities.forms import EntityForm
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_save
from tonglu.entities.spec import Entity
from tonglu.entities.web.controls import raw_values
from tonglu.entities.web.forms import form_fields
from tonglu.policy import Actor, actor_of
from tonglu.policy.testing import Cast, cast_make

from .asking import Raw, signed_in

if TYPE_CHECKING:
    from .inherited import EntityTests


@dataclass(kw_only=True)
class Bench:
    """What the tests of one kind work with: the people, the kind, a record of it, and two browsers."""

    tests: EntityTests
    cast: Cast
    entity: Entity
    row: Any
    author: Client
    stranger: Client | None

    @cached_property
    def actor(self) -> Actor:
        """The author, acting through the API."""
        return actor_of(getattr(self.cast, self.tests.by), door="api")

    @property
    def url(self) -> str:
        """The record's page."""
        return self.entity.url("detail", self.row.pk)

    @property
    def path(self) -> str:
        """The record's address in the API."""
        return f"{self.entity.slug}/{self.row.pk}"

    def make(self, n: int) -> Any:
        """The n-th record, through the one write door."""
        form = EntityForm(self.entity, self.actor, self.tests.valid(self.cast, n))
        return record_save(form=form)

    def raw(self, row: Any) -> Raw:
        """What the edit form of the row posts when nothing is changed."""
        sent: Raw = {"version": str(row.version)}
        for field in form_fields(self.actor, self.entity):
            if field.readonly:
                continue
            texts = raw_values(value_of(row, field.name), field)
            several = field.type in {Type.MULTI, Type.MANY}
            sent[field.name] = list(texts) if several else (texts[0] if texts else "")
        for field in form_fields(self.actor, self.entity):
            if field.type is Type.JSON and not field.readonly:
                sent[field.name] = json.dumps(value_of(row, field.name))
            if field.type is Type.MANY and row.pk:
                sent[field.name] = [str(one.pk) for one in getattr(row, field.name).all()]
        return sent


@pytest.fixture(scope="module")
def standing_cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast for a whole module of tests; rolled back at its end. Each test works in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield cast_make()
        transaction.set_rollback(True)


@pytest.fixture(scope="class")
def class_bench(request: pytest.FixtureRequest, standing_cast: Cast) -> Iterator[Bench]:
    """The bench of a test class, made once."""
    tests: EntityTests = request.cls()
    with transaction.atomic():
        yield _bench(tests, standing_cast)
        transaction.set_rollback(True)


@pytest.fixture
def bench(class_bench: Bench, db: None) -> Bench:
    """The bench, with its record as the database has it."""
    class_bench.row = class_bench.entity.model._default_manager.get(pk=class_bench.row.pk)
    return class_bench


def _bench(tests: EntityTests, cast: Cast) -> Bench:
    tests.arrange(cast)
    entity = entity_of(tests.kind)
    outside = signed_in(getattr(cast, tests.stranger)) if tests.stranger else None
    made = Bench(
        tests=tests,
        cast=cast,
        entity=entity,
        row=None,
        author=signed_in(getattr(cast, tests.by)),
        stranger=outside,
    )
    made.row = made.make(1)
    return made


def fill(bench: Bench, numbers: range) -> None:
    """Many records at once, as an import makes them."""
    news = []
    for n in numbers:
        form = EntityForm(bench.entity, bench.actor, bench.tests.valid(bench.cast, n))
        news.append(NewRow(place=n, values=form.clean(), lines=form.lines))
    records_create(actor=bench.actor, model=bench.entity.model, news=news)
    assert [str(new.error) for new in news if new.error] == []
