"""Who stands above a person: the nearest first, without who left, and a circle is walked once."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tonglu.directory.models import Person
from tonglu.directory.selectors import managers_above


def _below(person: Any, manager: Any) -> None:
    Person.objects.filter(pk=person.pk).update(manager=manager)


def test_the_line_above_a_person_is_asked_for_once(cast: Any) -> None:
    for person, manager in ((cast.ana, cast.lee), (cast.lee, cast.dee), (cast.dee, cast.max)):
        _below(person, manager)
    Person.objects.filter(pk=cast.dee.pk).update(is_active=False)
    _below(cast.max, cast.lee)

    with CaptureQueriesContext(connection) as asked:
        above = managers_above(cast.ana.pk)

    assert above == [cast.lee.pk, cast.max.pk]
    assert len(asked) == 1
    assert managers_above(cast.max.pk) == [cast.lee.pk]
