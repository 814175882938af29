"""Taking a backup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tonglu import __version__

from .archive import DATABASE, FILES, KEY, MANIFEST, Manifest, archive_publish, archive_write
from .programs import dump
from .proving import backup_prove
from .scratch import scratch
from .snapshot import Snapshot, snapshot

_AUDIT_HEAD = "SELECT seq, hash FROM audit_head ORDER BY id LIMIT 1"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an installation keeps what a backup holds."""

    url: str
    """The database, for a role that may read all of it."""
    files: Path
    """The folder of stored files."""
    key: Path
    """The file with the secret key; it need not exist, when the key comes from the environment."""


def backup_take(
    source: Source, target: Path, recipients: Sequence[str] = (), *, prove: bool = True
) -> Manifest:
    """Write the backup to `target`, encrypted if recipients (age public keys) are given; people may go on working.

    With `prove` it is first restored into a server that is thrown away and compared, which needs no key even for an encrypted
    one. Raises `ServerFailed` when the database cannot be read, `BackupDamaged` when the proof fails. Nothing is left at
    `target` unless it is whole.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with scratch(".taking-", target.parent) as folder:
        dumped = folder / DATABASE
        with snapshot(source.url) as moment:
            sequences = (
                moment.sequences()
            )  # no snapshot holds them still: the dump's may stand later, never earlier
            dump(source.url, dumped, moment.name)
            stored = list(_files(source.files))
            manifest = _manifest(moment, sequences, len(stored))
        told = folder / MANIFEST
        told.write_bytes(manifest.written())
        plain = folder / "plain"
        archive_write(plain, _members(told, dumped, source, stored))
        if prove:
            backup_prove(plain)
        archive_publish(plain, target, recipients)
    return manifest


def _manifest(moment: Snapshot, sequences: dict[str, int], files: int) -> Manifest:
    tables = moment.tables()
    return Manifest(
        version=__version__,
        taken_at=moment.taken_at(),
        server=moment.server(),
        owner=moment.owner(),
        migrations=tables.get("django_migrations", [0])[0],
        tables=tables,
        sequences=sequences,
        files=files,
        audit_head=moment.rows(_AUDIT_HEAD) if "audit_head" in tables else [],
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every stored file; taken after the database, so that none its rows name is missing."""
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path.is_file():
            yield f"{FILES}/{path.relative_to(folder).as_posix()}", path


def _members(
    told: Path, dumped: Path, source: Source, stored: Sequence[tuple[str, Path]]
) -> Iterator[tuple[str, Path]]:
    yield MANIFEST, told
    yield DATABASE, dumped
    if source.key.exists():
        yield KEY, source.key
    yield from stored
