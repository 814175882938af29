"""A database of its own for a measurement: copied from a migrated template, filled with the sample's rights, and dropped again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from tonglu.config import environment


@contextmanager
def ground() -> Iterator[None]:
    """Set Django up on an empty, migrated scratch database of the configured server, or of the embedded one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglu.config.testing")
    os.environ.setdefault("TONGLU_DATABASE_ROLE", "owner")
    os.environ.setdefault("TONGLU_DATA", ".tonglu/bench")
    with environment.running_database():
        django.setup()
        with _scratch():
            yield


@contextmanager
def _scratch() -> Iterator[None]:
    from django.db import connection
    from psycopg import sql

    from tonglu.toolkit.databases import database_drop
    from tonglu.toolkit.testing.database import template_ready

    template = template_ready()
    usual = connection.settings_dict["NAME"]
    scratch = f"{usual}_bench"
    names = [sql.Identifier(one) for one in (scratch, template)]
    with connection._nodb_cursor() as cursor:
        database_drop(cursor.connection, scratch)
        cursor.connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    connection.close()
    connection.settings_dict["NAME"] = scratch
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
        with connection._nodb_cursor() as cursor:
            database_drop(cursor.connection, scratch)
