"""Bringing an installation back from a backup."""

from __future__ import annotations

import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tonglu.toolkit.databases import database_disconnect, database_drop
from tonglu.toolkit.postgres import OWNER, SUPERUSER, Cluster, ServerFailed

from .archive import (
    DATABASE,
    FILES,
    KEY,
    MANIFEST,
    BackupDamaged,
    Manifest,
    archive_opened,
    member_read,
    member_save,
)
from .programs import load
from .snapshot import snapshot

EXCHANGE_TRIES = 10


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a backup is brought back to: an empty data folder with its embedded server, or another server's empty database."""

    folder: Path
    url: str = ""
    """The empty database; without it the embedded server of the folder."""


def backup_restore(path: Path, place: Place, identity: str = "") -> Manifest:
    """Bring everything back, then compare it with the manifest.

    Raises `BackupDamaged` when the file is not sound or what came out differs from what it says, and `ServerFailed` when the
    place is not empty or the server refuses. The caller throws the place away then.
    """
    place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        tempfile.TemporaryDirectory(prefix=".restoring-", dir=place.folder) as scratch,
        archive_opened(path, identity, Path(scratch)) as members,
    ):
        manifest = Manifest.read(member_read(members, MANIFEST))
        dumped = member_save(members, DATABASE, Path(scratch) / DATABASE)
        _database(dumped, place, manifest)
        _files(members, place.folder, manifest)
    return manifest


def database_replace(path: Path, url: str, identity: str = "") -> Manifest:
    """Put the database of a backup in the place of one that exists, which is dropped once the other has been compared and renamed.

    For rolling back an upgrade; `url` is for a role that may make and drop databases. Raises as `backup_restore`, and the
    database is then as it was.
    """
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    fresh = f"{name}_restored"
    with (
        tempfile.TemporaryDirectory(prefix="tonglu-restoring-") as scratch,
        archive_opened(path, identity, Path(scratch)) as members,
        psycopg.connect(_with_database(url, "postgres"), autocommit=True) as server,
    ):
        manifest = Manifest.read(member_read(members, MANIFEST))
        dumped = member_save(members, DATABASE, Path(scratch) / DATABASE)
        fresh_ = sql.Identifier(fresh)
        database_drop(server, fresh)
        owner = sql.Identifier(manifest.owner)
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(fresh_, owner))
        _restore_into(_with_database(url, fresh), dumped, manifest, owner="")
        _exchange(server, str(name), fresh)
    return manifest


def _exchange(server: psycopg.Connection[Any], name: str, fresh: str) -> None:
    """Both change their names at once, whoever is killed meanwhile; only then the former one goes."""
    old = f"{name}_replaced"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    database_drop(server, old)
    for tries_left in reversed(range(EXCHANGE_TRIES)):
        try:
            with server.transaction():
                database_disconnect(server, name)
                for one, other in ((name, old), (fresh, name)):
                    server.execute(rename.format(sql.Identifier(one), sql.Identifier(other)))
            break
        except psycopg.errors.ObjectInUse:  # somebody came back between the two
            if not tries_left:
                raise
    database_drop(server, old)


def _with_database(url: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(url, dbname=name)


def differences(url: str, manifest: Manifest) -> list[str]:
    """What a database holds otherwise than the manifest says, in words; nothing when all is equal."""
    with snapshot(url) as moment:
        tables, sequences = moment.tables(), moment.sequences()
    names = sorted(tables.keys() | manifest.tables.keys())
    told = [
        f"{name}: {_rows(manifest.tables.get(name))} in the backup, {_rows(tables.get(name))} restored"
        for name in names
        if tables.get(name) != manifest.tables.get(name)
    ]
    return told + [
        f"sequence {name} stands at {sequences.get(name, 0)}, not at {number} or later"
        for name, number in manifest.sequences.items()
        if sequences.get(name, 0) < number
    ]


def _database(dumped: Path, place: Place, manifest: Manifest) -> None:
    if place.url:
        _restore_into(place.url, dumped, manifest, owner=_current_role(place.url))
        return
    cluster = Cluster(place.folder / "postgres")
    with cluster.used():
        keeps_owners = manifest.owner == OWNER
        _restore_into(cluster.url(SUPERUSER), dumped, manifest, owner="" if keeps_owners else OWNER)


def _restore_into(url: str, dumped: Path, manifest: Manifest, *, owner: str) -> None:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if (found.fetchone() or (0,))[0]:
            raise ServerFailed("The database is not empty: restore into an empty one.")
    load(dumped, url, owner=owner)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    if told := differences(url, manifest):
        raise BackupDamaged("What came out is not what went in: " + "; ".join(told[:20]))


def _current_role(url: str) -> str:
    with psycopg.connect(url) as connection:
        return str((connection.execute("SELECT current_user").fetchone() or ("",))[0])


def _files(members: tarfile.TarFile, folder: Path, manifest: Manifest) -> None:
    count = 0
    for member in members:
        if member.isfile() and member.name.startswith(f"{FILES}/"):
            target = (folder / member.name).resolve()
            if not target.is_relative_to((folder / FILES).resolve()):
                raise BackupDamaged(f"{member.name} points outside its folder.")
            member_save(members, member.name, target)
            count += 1
        elif member.name == KEY:
            member_save(members, KEY, folder / KEY)
    if count != manifest.files:
        raise BackupDamaged(f"{manifest.files} files went in, {count} came out.")


def _rows(found: list[object] | None) -> str:
    return f"{found[0]} rows" if found else "no table"
