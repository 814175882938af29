"""`tonglu upgrade`: the tables of a new release, and the old ones back if anything fails."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from tonglu.config import environment
from tonglu.toolkit.backup import backup_take, database_replace
from tonglu.toolkit.backup.keeping import backup_name, note

from .installation import migrate, pending_migrations, ready
from .output import Commands, Refused, command, say

UPGRADE = """Run it after installing a new release, before `tonglu serve`: takes a backup and proves it by a restore, brings the tables
up to date, looks at what came out, and puts the database back as it was if any of this fails. The backup stays in backups/ of the
data folder. Where the tables belong to another role than the one that serves, set DATABASE_OWNER_URL; rolling back needs a role
that may make databases."""


def add_commands(commands: Commands) -> None:
    """Tell the command line about it."""
    command(
        commands, "upgrade", upgrade_run, "Bring an installation to this release.", more=UPGRADE
    )


def upgrade_run(_given: argparse.Namespace) -> int:
    """Back up, migrate, check; roll back on failure."""
    with ready(role="owner"):
        pending = pending_migrations()
        if not pending:
            say("The database is up to date.")
            return 0
        saved = _backup()
        say(f"Backed up and proven: {saved}")
        try:
            count = migrate()
            _check()
        except Exception as problem:
            _roll_back(saved)
            raise Refused(
                f"The upgrade failed and the database is as it was. Go back to the former release. The cause: {problem}"
            ) from problem
    say(f"Applied {count} migrations; all is well.")
    return 0


def _backup() -> Path:
    now = datetime.now(UTC)
    target = environment.data_folder() / "backups" / backup_name(now)
    backup_take(environment.backup_source(), target)
    note(target, proven_at=datetime.now(UTC).isoformat(), by="upgrade")
    return target


def _check() -> None:
    """Every table can be read and the books balance, or the upgrade is refused."""
    from django.apps import apps
    from django.core.checks import ERROR, run_checks

    problems = [one for one in run_checks(include_deployment_checks=False) if one.level >= ERROR]
    if problems or pending_migrations():
        raise Refused("; ".join(str(one) for one in problems) or "Some tables are still missing.")
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            model._default_manager.order_by("pk").first()


def _roll_back(saved: Path) -> None:
    from django.db import connections

    connections.close_all()
    database_replace(saved, environment.backup_source().url)
