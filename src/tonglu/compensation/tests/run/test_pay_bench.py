"""The bench measures what it says: the same money everywhere, and nothing of it left in the database."""

from __future__ import annotations

import pytest

pytest.importorskip("polars", reason="the extra `volume` is not installed")

from django.db import connection

from tonglu.compensation.bench.bare import _polars, bare_query
from tonglu.compensation.bench.book import bench_credits, bench_facts, credited
from tonglu.compensation.bench.changes import change_run
from tonglu.compensation.bench.measure import full_run, scalar_run
from tonglu.compensation.bench.store import Store


@pytest.mark.django_db
def test_a_full_run_writes_every_row_and_leaves_nothing_behind():
    connection.ensure_connection()
    store = Store(connection.connection)

    figures = full_run(store, 1000, 50, lambda _text: None)
    store.drop()

    assert figures.counts["credits"] == 1100
    assert figures.counts["rows"] == figures.counts["rows_in_database"] > 3 * 1100
    assert figures.counts["bare_cents"] == figures.counts["one_table_cents"]
    assert figures.ratios()["full_run_by_floor"] > 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'pay_bench'")
        assert cursor.fetchone() == (0,)


def test_the_exact_reference_pays_the_bench_the_same():
    assert scalar_run(300, 20)["agrees_with_the_twin"]


def test_after_forty_changes_the_book_equals_a_full_run():
    assert change_run(2000, 30)["equals_full_run"]


def test_every_bare_query_pays_the_same():
    book = credited(bench_facts(500), bench_credits(500, 10))

    assert bare_query(book)[1]() == _polars(book)
