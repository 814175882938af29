"""Getting an installation ready for a command: its environment, its database, its tables."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import django

from tonglu.config import environment

from .output import Refused


@contextmanager
def ready(*, role: str = "") -> Iterator[None]:
    """The database runs and Django is set up; with role "owner" as the one who may change tables."""
    if role:
        act_as(role)
    with environment.running_database():
        django.setup()
        yield


def act_as(role: str) -> None:
    """Use the database as this role; before Django's settings are read."""
    os.environ["TONGLU_DATABASE_ROLE"] = role
    os.environ.setdefault("TONGLU_STATEMENT_SECONDS", "0")  # a migration takes what it takes


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


def is_migrated() -> bool:
    """Whether every migration that lies on the disk was applied.

    File names are held against one table, which takes a tenth of loading all models and asking Django. A name that cannot be found is
    left to Django to judge.
    """
    from django.conf import settings
    from django.db import DatabaseError, connection

    try:
        with warnings.catch_warnings(), connection.cursor() as cursor:
            warnings.simplefilter("ignore", RuntimeWarning)  # the models are not loaded, on purpose
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    except DatabaseError:
        return False
    return all(
        any((label, name) in applied for label in app.split("."))
        for app in settings.INSTALLED_APPS
        for name in _on_disk(app)
    )


def _on_disk(app: str) -> Iterator[str]:
    """The names of an application's migrations."""
    found = find_spec(f"{app.partition('.apps.')[0]}.migrations")
    for folder in found.submodule_search_locations or () if found is not None else ():
        yield from (file.stem for file in Path(folder).glob("[!_]*.py"))


def migrate() -> int:
    """Bring the tables up to date; returns how many migrations that took."""
    from django.core.management import call_command

    from tonglu.toolkit.migrating import in_a_hurry

    pending = pending_migrations()
    if pending:
        with in_a_hurry():
            call_command("migrate", verbosity=0, interactive=False, stdout=StringIO())
    return len(pending)
