"""Which tables are audited, and the statement triggers that do it.

Every table that derives from `Record` is audited. A table of lines is audited under its parent (`track_lines`), so that a
record's history tells what happened to its lines too. Triggers are installed after each migration.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection
from django.db.models import Model

from tonglu.toolkit.records import Record

_lines: dict[str, tuple[type[Model], type[Model], str]] = {}


def track_lines(model: type[Model], parent: type[Model], column: str) -> None:
    """Audit `model` as part of `parent`, which its database column `column` points at."""
    _lines[model._meta.label_lower] = (model, parent, column)


def triggers_install() -> None:
    """Create or replace the audit triggers of every audited table that exists."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model, arguments in _tracked():
            if model._meta.db_table in existing:
                for statement in _statements(model._meta.db_table, arguments):
                    cursor.execute(statement)


def _tracked() -> list[tuple[type[Model], tuple[str, ...]]]:
    records = [
        (model, (model._meta.label_lower,))
        for model in apps.get_models()
        if issubclass(model, Record) and model._meta.label_lower not in _lines
    ]
    lines = [
        (model, (kind, parent._meta.label_lower, column))
        for kind, (model, parent, column) in _lines.items()
    ]
    return [*records, *lines]


def _statements(table: str, arguments: tuple[str, ...]) -> list[str]:
    call = ", ".join(f"'{argument}'" for argument in arguments)
    tables = {
        "INSERT": "NEW TABLE AS audit_new",
        "UPDATE": "OLD TABLE AS audit_old NEW TABLE AS audit_new",
        "DELETE": "OLD TABLE AS audit_old",
    }
    return [
        f'CREATE OR REPLACE TRIGGER audit_{act.lower()} AFTER {act} ON "{table}" '
        f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION audit_record({call})"
        for act, rows in tables.items()
    ]
