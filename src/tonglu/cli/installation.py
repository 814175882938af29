"""Getting an installation ready for a command: its environment, its database, its tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import django

from tonglu.config import environment

from .output import Refused


@contextmanager
def ready(*, role: str = "") -> Iterator[None]:
    """The database runs and Django is set up; with role "owner" as the one who may change tables."""
    if role:
        os.environ["TONGLU_DATABASE_ROLE"] = role
        os.environ.setdefault("TONGLU_STATEMENT_SECONDS", "0")  # a migration takes what it takes
    with environment.running_database():
        django.setup()
        yield


@contextmanager
def migrated() -> Iterator[None]:
    """Like `ready`, and refused while tables are missing or of an older version."""
    with ready():
        if pending_migrations():
            raise Refused("The database is not up to date: run `tonglu migrate` first.")
        yield


def pending_migrations() -> list[str]:
    """The migrations that the database lacks; all of them, if it is empty."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate() -> int:
    """Bring the tables up to date; returns how many migrations that took."""
    from django.core.management import call_command

    from tonglu.toolkit.migrating import in_a_hurry

    pending = pending_migrations()
    if pending:
        with in_a_hurry():
            call_command("migrate", verbosity=0, interactive=False, stdout=StringIO())
    return len(pending)
