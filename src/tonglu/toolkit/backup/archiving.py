"""Going back to any minute: a copy of the embedded server's files each night, and every change after it as it is written.

The server puts each finished piece of its write-ahead log into the archive folder, at the latest after a minute; with a *base*, a
copy of all its files, the pieces bring back any moment since. The folder belongs on another disk or machine.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tonglu.toolkit.postgres import SUPERUSER, Cluster, ServerFailed
from tonglu.toolkit.postgres.account import let_pass, server_account

_STAMP = "base-%Y%m%dT%H%M%SZ"
_SECONDS = 3600


def base_take(cluster: Cluster, archive: Path) -> Path:
    """Copy the running server's files into the archive folder; returns the new base, which appears whole or not at all."""
    target = archive / datetime.now(UTC).strftime(_STAMP)
    draft = archive / f".{target.name}.partial"
    shutil.rmtree(draft, ignore_errors=True)
    cluster.copy_files(draft)
    draft.rename(target)
    return target


def bases_tidy(archive: Path, keep: int = 2) -> None:
    """Keep the newest bases, and of the log what they need."""
    for old in sorted(_bases(archive))[:-keep]:
        shutil.rmtree(old)
    oldest = min((path.stat().st_mtime for path in _bases(archive)), default=0.0)
    for piece in _pieces(archive):
        if piece.stat().st_mtime < oldest - _SECONDS:
            piece.unlink()


def files_copy(source: Path, target: Path) -> None:
    """Bring over the stored files that are not there yet; they never change, so a name that exists is a whole file."""
    for path in source.rglob("*") if source.exists() else ():
        kept = target / path.relative_to(source)
        if path.is_file() and not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = kept.with_name(f".{kept.name}.partial")
            shutil.copyfile(path, draft)
            draft.rename(kept)


def restore_at(archive: Path, moment: datetime | None, folder: Path) -> Path:
    """Make the server of a new data folder as it was at `moment` (with a time zone); returns the base it began from.

    Without a moment, as it was at the last change that the archive holds: whoever lost a disk does not know when that was.

    Raises `ServerFailed` when no base is old enough, or when the archive ends before the moment.
    """
    base = _base_before(archive, moment or datetime.now(UTC))
    cluster = Cluster(folder / "postgres")
    cluster.data.mkdir(parents=True, mode=0o700)
    with tarfile.open(base / "base.tar") as files:
        files.extractall(cluster.data, filter="fully_trusted")
    logs = archive.resolve() / "wal"
    with (cluster.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(
            f'restore_command = \'cp "{logs}/%f" "%p"\'\n{_target(moment)}archive_mode = off\n'
        )
    (cluster.data / "recovery.signal").touch()
    _give(cluster, logs)
    (cluster.folder / "ready").touch()
    with cluster.used():
        _wait_for(cluster)
    _forget_recovery(cluster.data / "postgresql.auto.conf")
    files_copy(archive / "files", folder / "files")
    return base


def archive_options(archive: Path) -> list[str]:
    """What the server is started with to keep its log in the archive."""
    logs = archive.resolve() / "wal"
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    if account := server_account():
        os.chown(logs, account.uid, account.gid)
        let_pass(account, logs / "piece")
    draft, kept = f"{logs}/.%f", f"{logs}/%f"
    command = f'test ! -f "{kept}" && cp "%p" "{draft}" && sync "{draft}" && mv "{draft}" "{kept}"'
    return ["archive_mode=on", f"archive_command={command}", "archive_timeout=60"]


def _target(moment: datetime | None) -> str:
    """Where to stop playing the log; by itself the server goes on to its end."""
    if moment is None:
        return ""
    at = moment.astimezone(UTC).isoformat()
    return f"recovery_target_time = '{at}'\nrecovery_target_action = 'promote'\n"


def _base_before(archive: Path, moment: datetime) -> Path:
    earlier = [path for path in _bases(archive) if _taken(path) <= moment]
    if not earlier:
        raise ServerFailed(f"{archive} holds no base from before {moment.isoformat()}.")
    return max(earlier)


def _bases(archive: Path) -> list[Path]:
    return [path for path in archive.glob("base-*") if path.is_dir()]


def _taken(base: Path) -> datetime:
    return datetime.strptime(base.name, _STAMP).replace(tzinfo=UTC)


def _pieces(archive: Path) -> Iterator[Path]:
    return (path for path in (archive / "wal").glob("*") if path.is_file())


def _give(cluster: Cluster, logs: Path) -> None:
    """Let the server's account own its files and reach the archive."""
    if account := server_account():
        for path in (cluster.data, *cluster.data.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
        let_pass(account, logs / "piece")


def _wait_for(cluster: Cluster) -> None:
    """Until the log has been played to the moment; the server ends by itself when the archive does not reach it."""
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        try:
            with psycopg.connect(cluster.url(SUPERUSER), autocommit=True) as connection:
                row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
                if row and not row[0]:
                    return
        except psycopg.OperationalError as problem:
            if not cluster.is_running():
                raise ServerFailed(
                    f"The archive does not reach the moment asked for. {cluster.log.read_text()[-800:]}"
                ) from problem
        time.sleep(0.2)
    raise ServerFailed("The log could not be played to its end within an hour.")


def _forget_recovery(settings: Path) -> None:
    kept = [
        line
        for line in settings.read_text().splitlines()
        if not line.startswith(("restore_command", "recovery_target", "archive_mode"))
    ]
    settings.write_text("\n".join(kept) + "\n")
