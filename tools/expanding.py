"""Migrations expand first and contract a release later, so that the former release goes on working while the new one arrives.

During an upgrade of several machines the processes of the former release read and write the new tables for a while, and people
work on: what they use may not vanish, what they do not know may not be demanded, and no large table may be locked for long. So a
migration that no release has yet may not

* drop, rename or retype what a release knows, unless it says which release no longer used it: `contracts = "0.2.0"`;
* demand a value that the former release does not give: a new column is null or has a `db_default`;
* build an index or check a constraint over a table people write to: `AddIndexConcurrently`; `AddConstraintNotValid`, then
  `ValidateConstraint`; on a table that stays small it may, and says so: `brief = "…"`;
* fill rows in the transaction that changes the table: a migration of its own, in portions, `atomic = False`.

`problems()` tells what breaks these rules; tests/test_releases.py holds them, and plants a fault for each.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.postgres import operations as postgres
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader

CONTRACTING = (
    operations.RemoveField,
    operations.DeleteModel,
    operations.RenameField,
    operations.RenameModel,
    operations.AlterModelTable,
)
FILLING = (operations.RunPython, operations.RunSQL)
GENTLE = (
    postgres.AddIndexConcurrently,
    postgres.RemoveIndexConcurrently,
    postgres.AddConstraintNotValid,
    postgres.ValidateConstraint,
)
_DROPS = re.compile(r"\b(drop\s+(table|column)|rename\s+(to|column)|(?<!\bor\s)truncate)\b", re.I)
_LOCKS = re.compile(
    r"\b(create\s+(unique\s+)?index\s+(?!concurrently)|set\s+not\s+null|alter\s+column\s+\S+\s+(set\s+data\s+)?type|lock\s+table)",
    re.I,
)
_SHORTEST_REASON = 20


def problems(
    loader: MigrationLoader,
    released: Collection[str],
    releases: Collection[str],
    apps: Collection[str],
) -> Iterator[str]:
    """What is wrong in the migrations of these apps that are not among the released ones, in words."""
    for app, name in sorted(loader.graph.nodes):
        if app in apps and f"{app}.{name}" not in released:
            migration = loader.graph.nodes[app, name]
            before = loader.project_state((app, name), at_end=False)
            new = _made_since(loader, released, app)
            for told in _broken(migration, before, new, releases):
                yield f"{app}.{name}: {told}"


def _made_since(loader: MigrationLoader, released: Collection[str], app: str) -> set[str]:
    """Tables that no release has: they may be changed in any way."""
    fresh = (one for key, one in loader.graph.nodes.items() if f"{key[0]}.{key[1]}" not in released)
    return {
        operation.name_lower
        for migration in fresh
        if migration.app_label == app
        for operation in migration.operations
        if isinstance(operation, operations.CreateModel)
    }


def _broken(
    migration: Migration, before: Any, new: set[str], releases: Collection[str]
) -> Iterator[str]:
    contracts, brief = getattr(migration, "contracts", ""), getattr(migration, "brief", "")
    if contracts and contracts not in releases:
        yield f"contracts names no release: {contracts}"
    if brief and len(brief) < _SHORTEST_REASON:
        yield "brief does not say why it is"
    steps = [one for one in _flat(migration) if _table(one) not in new]
    for step in steps:
        if told := _drops(step):
            if not contracts:
                yield f"{told}: say which release no longer used it (contracts)"
        elif (told := _demands(step, migration, before)) or (
            (told := _locks(step, migration, before)) and not brief
        ):
            yield told
    if any(isinstance(one, operations.RunPython) for one in steps) and not brief:
        if migration.atomic:
            yield "fills rows in one transaction: atomic = False, in portions"
        if any(not isinstance(one, FILLING) for one in steps):
            yield "fills rows beside changing tables: give the filling a migration of its own"


def _flat(migration: Migration) -> Iterator[Any]:
    for operation in migration.operations:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from operation.database_operations
        else:
            yield operation


def _table(operation: Any) -> str:
    """The model a step is about; none for SQL and functions."""
    named = getattr(operation, "model_name", None) or getattr(operation, "name", None) or ""
    is_step = not isinstance(operation, FILLING)
    return str(named).lower() if is_step else ""


def _drops(step: Any) -> str:
    if isinstance(step, CONTRACTING):
        return str(step.describe())
    found = isinstance(step, operations.RunSQL) and _DROPS.search(_text(step))
    return f"SQL that says {found.group(0)}" if found else ""


def _demands(step: Any, migration: Migration, before: Any) -> str:
    """A value that the former release does not give, or a type it does not expect."""
    if isinstance(step, operations.AddField):
        return f"{step.describe()}: null, or with a db_default" if _is_demanded(step.field) else ""
    if isinstance(step, operations.AlterField):
        old = _field(before, migration.app_label, step)
        if old is not None and old.null and not step.field.null:
            return f"{step.describe()}: a column becomes required"
        if old is not None and _is_retyped(old, step.field):
            return f"{step.describe()}: another type; add a column, fill it, drop the old one later"
    return ""


def _locks(step: Any, migration: Migration, before: Any) -> str:
    if isinstance(step, GENTLE):
        return (
            ""
            if not migration.atomic or isinstance(step, GENTLE[2:])
            else "concurrently needs atomic = False"
        )
    if isinstance(step, operations.AddIndex | operations.AddConstraint):
        return f"{step.describe()}: locks the table while it reads all of it (AddIndexConcurrently, AddConstraintNotValid)"
    if isinstance(step, operations.AddField | operations.AlterField):
        old = _field(before, migration.app_label, step)
        if isinstance(step.field, models.GeneratedField):
            return f"{step.describe()}: writes the whole table anew"
        if (step.field.db_index or step.field.unique) and not (
            old and (old.db_index or old.unique)
        ):
            return f"{step.describe()}: builds an index under a lock"
    found = isinstance(step, operations.RunSQL) and _LOCKS.search(_text(step))
    return f"SQL that locks: {found.group(0)}" if found else ""


def _is_demanded(field: Any) -> bool:
    if field.many_to_many or isinstance(field, models.GeneratedField):
        return False
    return not field.null and not field.has_db_default()


def _is_retyped(old: Any, new: Any) -> bool:
    """Whether another type is stored; texts may grow."""
    before, after = old.db_type(connection), new.db_type(connection)
    if before == after:
        return False
    grows = isinstance(old, models.CharField) and isinstance(
        new, models.CharField | models.TextField
    )
    return not (grows and (new.max_length or 10**9) >= (old.max_length or 10**9))


def _field(state: Any, app: str, step: Any) -> Any:
    model = state.models.get((app, step.model_name_lower))
    return model.fields.get(step.name) if model else None


def _text(step: Any) -> str:
    return " ".join(map(str, step.sql)) if isinstance(step.sql, list | tuple) else str(step.sql)
