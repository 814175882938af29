"""Departments form a tree that no door can bend into a circle."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from tonglu.directory import selectors, services
from tonglu.directory.models import Department
from tonglu.kernel.errors import Invalid


def test_a_department_knows_its_path_from_the_root(cast):
    assert cast.east.path == f"/{cast.company.pk}/{cast.sales.pk}/{cast.east.pk}/"


def test_moving_a_department_carries_everything_below_along(cast):
    services.department_move(department=cast.sales, parent=cast.office)

    paths = dict(Department.objects.values_list("pk", "path"))
    above = f"/{cast.company.pk}/{cast.office.pk}/{cast.sales.pk}/"
    assert paths[cast.sales.pk] == above
    assert paths[cast.east.pk] == f"{above}{cast.east.pk}/"
    assert selectors.department_below([cast.office.pk]) == {
        cast.office.pk, cast.sales.pk, cast.east.pk, cast.west.pk,
    }  # fmt: skip


def test_a_department_cannot_be_part_of_itself_or_of_what_is_below_it(cast):
    for parent in (cast.sales, cast.east):
        with pytest.raises(Invalid):
            services.department_move(department=cast.sales, parent=parent)

    assert selectors.department_tree()[cast.sales.pk].parent_id == cast.company.pk


def test_sql_cannot_close_a_circle_either(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.filter(pk=cast.company.pk).update(parent=cast.west)


def test_the_tree_in_memory_follows_a_change_made_in_sql(cast):
    assert selectors.department_above(cast.east.pk) == (
        cast.east.pk, cast.sales.pk, cast.company.pk,
    )  # fmt: skip

    Department.objects.filter(pk=cast.east.pk).update(parent=None)

    assert selectors.department_above(cast.east.pk) == (cast.east.pk,)


def test_the_tree_costs_one_query_for_the_epoch_when_nothing_changed(
    cast, django_assert_num_queries
):
    selectors.department_tree()

    with django_assert_num_queries(1):
        selectors.department_tree()


@pytest.mark.parametrize(("language", "label"), [("en", "Team East"), ("zh-hans", "东区")])
def test_a_department_is_named_in_the_readers_language(cast, settings, language, label):
    from django.utils import translation

    with translation.override(language):
        assert cast.east.label == label


def test_what_is_below_a_department_follows_it_whatever_language_the_database_sorts_by(cast):
    first = max(Department.objects.values_list("pk", flat=True))
    top, below, beside = first * 10 + 1, first * 10 + 3, (first * 10 + 1) * 10 + 2
    Department.objects.create(pk=top, name="Top")
    Department.objects.create(pk=beside, name="Beside")
    Department.objects.create(pk=below, name="Below", parent_id=top)

    found = list(Department.objects.filter(pk__in=(top, below, beside)).order_by("path"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT collation_name FROM information_schema.columns WHERE table_name = %s AND column_name = 'path'",
            [Department._meta.db_table],
        )
        sorted_by = cursor.fetchall()

    assert [one.pk for one in found] == [top, below, beside]
    assert sorted_by == [("C",)]
