"""Statements put together once answer like those put together each time; moments are read as psycopg reads them.

Planted mutants: `KeptStatement` keeping the first values; no converters; `MomentLoader` without the question for UTC.
"""

from datetime import timedelta

import pytest
from django.db import DataError, connection
from psycopg.types.datetime import TimestamptzLoader

from tonglu.toolkit import clock
from tonglu.toolkit.loaders import MomentLoader
from tonglu.toolkit.models import OutboxEvent, SlowStatement
from tonglu.toolkit.statements import ID, IDS, MOMENT, TEXT, Columns, KeptStatement


@pytest.fixture
def slow(db):
    """Three statements that took long, an hour apart."""
    day = clock.now()
    return [
        SlowStatement.objects.create(
            digest=f"d{number}", statement="SELECT 1", last_at=day + timedelta(hours=number)
        )
        for number in range(3)
    ]


def test_each_question_is_answered_for_its_own_values(slow):
    def since(digest, moment):
        found = SlowStatement.objects.filter(digest__gte=digest, last_at__gte=moment)
        return found.order_by("pk").values_list("pk")

    kept = KeptStatement(since, digest=TEXT, moment=MOMENT)

    def asked(digest, moment):
        return [pk for (pk,) in kept.rows(digest=digest, moment=moment)]

    assert asked("d0", slow[1].last_at) == [slow[1].pk, slow[2].pk]
    assert asked("d2", slow[0].last_at) == [slow[2].pk]
    assert asked("d0", clock.now() + timedelta(days=9)) == []


def test_rows_made_of_it_are_as_a_query_of_their_own_reads_them(slow):
    columns = Columns(SlowStatement)
    kept = KeptStatement(
        lambda ids: SlowStatement.objects.filter(pk__any_of=ids).values_list(*columns.names),
        ids=IDS,
    )

    made = [columns.row(row) for row in kept.rows(ids=[slow[0].pk, slow[2].pk])]

    assert {vars(one)["last_at"] for one in made} == {slow[0].last_at, slow[2].last_at}
    made[0].count = 7
    made[0].save()
    assert SlowStatement.objects.get(pk=made[0].pk).count == 7


def test_a_column_that_is_read_in_its_own_way_is(db):
    event = OutboxEvent.objects.create(name="met", payload={"who": ["Ann", 1]})
    kept = KeptStatement(
        lambda pk: OutboxEvent.objects.filter(pk=pk).values_list("pk", "payload"), pk=ID
    )

    assert kept.rows(pk=event.pk) == [(event.pk, {"who": ["Ann", 1]})]


def test_a_value_that_is_not_asked_for_is_a_mistake_of_the_programmer(db):
    kept = KeptStatement(
        lambda pk, text: SlowStatement.objects.filter(pk=pk).values_list("pk"), pk=ID, text=TEXT
    )

    with pytest.raises(TypeError, match="does not ask for text"):
        kept.rows(pk=1, text="a")


@pytest.mark.parametrize(
    "text",
    [
        b"2026-11-23 19:21:28.801753+00",
        b"2026-11-23 19:21:28.5+00",
        b"2026-11-23 19:21:28+00",
        b"0001-01-01 00:00:00+00",
        b"9999-12-31 23:59:59.999999+00",
        b"2026-11-23 19:21:28+05:30",
    ],
)
def test_moments_are_read_as_psycopg_reads_them(db, text):
    connection.ensure_connection()

    ours = MomentLoader(1184, connection.connection).load(text)

    theirs = TimestamptzLoader(1184, connection.connection).load(text)
    assert ours.replace(tzinfo=None) == theirs.replace(tzinfo=None)
    assert ours.tzinfo is clock.now().tzinfo


def test_a_moment_that_python_cannot_hold_is_refused_as_before(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'infinity'::timestamptz")
        with pytest.raises(DataError):
            cursor.fetchall()


def test_a_new_connection_reads_its_moments_so(db):
    connection.ensure_connection()

    assert connection.connection.adapters.get_loader(1184, 0) is MomentLoader
