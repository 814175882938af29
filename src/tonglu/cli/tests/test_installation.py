"""Whether an installation is up to date is known from file names and one table, without loading the models."""

from __future__ import annotations

import pytest
from django.db import connection

from tonglu.cli.installation import is_migrated, pending_migrations


@pytest.mark.django_db
@pytest.mark.parametrize("app", ["sales", "procrastinate", "mfa", "sessions"])
def test_a_migration_that_is_missing_is_missed_as_django_misses_it(app: str) -> None:
    whole = (is_migrated(), pending_migrations())
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = %s)",
            [app],
        )
        assert cursor.rowcount == 1

    assert whole == (True, [])
    assert (is_migrated(), len(pending_migrations())) == (False, 1)
