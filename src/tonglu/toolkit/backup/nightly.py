"""The backup of every night, proven before anybody needs it; old ones make room."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from tonglu.toolkit.jobs import task

from .keeping import backup_name, backups_in, note, tidy
from .taking import backup_take


@task(name="toolkit.backup.nightly", cron="17 2 * * *", retries=2)
def nightly() -> None:
    """Take it, prove it by a restore, encrypt it if a key is set, keep 7 days, 4 weeks and 3 months; begin the log's archive anew."""
    folder = Path(settings.BACKUPS_DIR)
    started = datetime.now(UTC)
    target = folder / backup_name(started)
    backup_take(settings.BACKUP_SOURCE(), target, settings.BACKUP_RECIPIENTS)
    note(target, proven_at=datetime.now(UTC).isoformat(), by="nightly")
    tidy(folder)
    settings.BACKUP_BASE()


def backups() -> list[dict[str, object]]:
    """What the administration page shows: each backup with its moment, size in bytes and proof, newest first."""
    return [
        {
            "name": one.path.name,
            "taken_at": one.taken_at,
            "size": one.size,
            "proven_at": one.proven_at,
        }
        for one in backups_in(Path(settings.BACKUPS_DIR))
    ]
