"""Tables that were made in a hurry are those the models describe."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.state import ProjectState

from tonglu.toolkit.migrating import in_a_hurry

OURS = [model for model in apps.get_models() if model.__module__.startswith("tonglu.")]


@pytest.mark.django_db
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_column_index_and_constraint_is_there(model: type[models.Model]) -> None:
    meta = model._meta

    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, meta.db_table)
        kept = connection.introspection.get_constraints(cursor, meta.db_table)

    named = {one.name for one in (*meta.indexes, *meta.constraints)}
    references = {tuple(one["columns"]): one["foreign_key"] for one in kept.values()
                  if one["foreign_key"]}  # fmt: skip
    assert {column.name for column in columns} == {field.column for field in meta.local_fields}
    assert named <= set(kept)
    for field in meta.local_fields:
        if isinstance(field, models.ForeignKey) and field.db_constraint:
            target = field.related_model._meta  # type: ignore[union-attr]
            assert references[(field.column,)][0] == target.db_table


def test_django_is_itself_again_afterwards() -> None:
    before = ProjectState.add_model

    with in_a_hurry():
        assert ProjectState.add_model is not before

    assert ProjectState.add_model is before
