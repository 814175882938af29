"""`tonglu backup`, `verify`, `restore`, `backup-key`: losing a machine is not losing the company's books."""

from __future__ import annotations

import argparse
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from tonglu.config import environment
from tonglu.toolkit.backup import (
    BackupDamaged,
    Manifest,
    Place,
    backup_prove,
    backup_restore,
    backup_sound,
    backup_take,
)
from tonglu.toolkit.backup.archive import is_encrypted
from tonglu.toolkit.backup.archiving import restore_at
from tonglu.toolkit.backup.keeping import backup_name, note
from tonglu.toolkit.postgres import Cluster

from .output import Commands, Refused, add_json, command, say, say_json

BACKUP = """Writes the database as of this moment, the stored files and the secret key into one file, while people go on working, and
restores it at once into a server that is thrown away, to prove it. Encrypt it for one or more keys (make one with
`tonglu backup-key`): the machine then holds only the public half, and whoever steals the file reads nothing.

The worker takes one every night by itself into backups/ in the data folder and keeps 7 days, 4 weeks and 3 months."""

VERIFY = """Checks every byte, and with --restore (or for an encrypted backup with --key) also restores it into a server that is thrown
away and compares every table with the digest taken when it was written. Exit code 0: it can be relied on."""

RESTORE = """On an empty machine: `tonglu restore FILE --data DIR`, then `tonglu serve` with TONGLU_DATA=DIR. With DATABASE_URL set, the
database is brought back into that (empty) database instead of the embedded one. Nothing is kept unless every table, every
sequence and every file came out as it went in.

To a moment: `tonglu restore --at 2026-03-01T10:15+08:00 --archive DIR --data DIR`, from the folder that TONGLU_ARCHIVE named while
the embedded database ran. After a lost disk, whose last moment nobody knows: `--at last`."""

LAST = "last"

KEY = """Prints the public half, to be given to `tonglu backup --for` or TONGLU_BACKUP_FOR, and writes the private half into FILE. Keep that
file somewhere else than on the machine: without it nobody can open the backups, with it anybody can."""


def add_commands(commands: Commands) -> None:
    """Tell the command line about them."""
    take = command(commands, "backup", backup_run, "Write everything into one file.", more=BACKUP)
    take.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="where to (backups/ in the data folder)"
    )
    take.add_argument("--for", dest="recipients", action="append", default=[], metavar="age1…",
                      help="encrypt for this public key; may be given more than once (TONGLU_BACKUP_FOR)")  # fmt: skip
    take.add_argument("--no-proof", action="store_true", help="do not restore it for proof")
    verify = command(
        commands, "verify", verify_run, "Tell whether a backup can be relied on.", more=VERIFY
    )
    verify.add_argument("file", metavar="FILE", type=Path, help="the backup")
    verify.add_argument("--restore", action="store_true", help="also restore it for proof")
    restore = command(
        commands, "restore", restore_run, "Bring everything back from one file.", more=RESTORE
    )
    restore.add_argument("file", metavar="FILE", nargs="?", type=Path, help="the backup")
    restore.add_argument(
        "--at",
        metavar="TIME",
        help="go back to this moment (ISO 8601) instead, or to the last change that was kept: last",
    )
    restore.add_argument("--archive", type=Path, help="the folder of the archived log, with --at")
    restore.add_argument("--data", type=Path, required=True, help="the data folder to make")
    for one in (verify, restore):
        one.add_argument(
            "--key", type=Path, help="the file with the private key, if it is encrypted"
        )
    key = command(
        commands, "backup-key", key_run, "Make a key pair for encrypted backups.", more=KEY
    )
    key.add_argument("file", metavar="FILE", type=Path, help="where the private half goes")
    for one in (take, verify, restore, key):
        add_json(one)


def backup_run(given: argparse.Namespace) -> int:
    """Take a backup, prove it, note the proof."""
    target = given.file or environment.data_folder() / "backups" / backup_name(datetime.now(UTC))
    if target.exists():
        raise Refused(f"{target} exists already: choose another name.")
    recipients = given.recipients or environment.words("TONGLU_BACKUP_FOR")
    with environment.running_database():
        manifest = backup_take(
            environment.backup_source(), target, recipients, prove=not given.no_proof
        )
    if not given.no_proof:
        note(target, proven_at=datetime.now(UTC).isoformat())
    _tell(
        given, target, manifest, "Written" if given.no_proof else "Written and proven by a restore"
    )
    return 0


def verify_run(given: argparse.Namespace) -> int:
    """Check the bytes, and the contents if asked."""
    _exists(given.file)
    manifest = None
    try:
        digest = backup_sound(given.file)
        if given.restore or given.key:
            manifest = backup_prove(given.file, _identity(given.key))
            note(given.file, proven_at=datetime.now(UTC).isoformat())
    except BackupDamaged as problem:
        raise Refused(str(problem)) from problem
    if manifest:
        _tell(given, given.file, manifest, "Restored for proof, equal in every table")
    elif given.json:
        say_json({"file": str(given.file), "sound": True, "sha256": digest})
    else:
        more = " (encrypted)" if is_encrypted(given.file) else ""
        say(f"Sound{more}: every byte is as it was written. --restore proves its contents, too.")
    return 0


def restore_run(given: argparse.Namespace) -> int:
    """Bring it back; a folder half filled is removed."""
    folder = given.data.resolve()
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty: restore into a new folder.")
    if given.at or not given.file:
        return _restore_at(given, folder)
    _exists(given.file)
    url = "" if environment.uses_embedded_database() else environment.backup_source().url
    try:
        manifest = backup_restore(given.file, Place(folder=folder, url=url), _identity(given.key))
    except BaseException as problem:
        Cluster(folder / "postgres").remove()
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(problem, BackupDamaged):
            raise Refused(f"{problem} Nothing was kept.") from problem
        raise
    _tell(given, folder, manifest, "Restored, equal in every table,")
    return 0


def _restore_at(given: argparse.Namespace, folder: Path) -> int:
    if not (given.at and given.archive):
        raise Refused("Give a backup FILE, or --at TIME with --archive DIR.")
    moment = None if given.at == LAST else _moment(given.at)
    try:
        base = restore_at(given.archive, moment, folder)
    except BaseException:
        Cluster(folder / "postgres").remove()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if given.json:
        say_json({"data": str(folder), "at": moment and moment.isoformat(), "base": base.name})
    else:
        when = moment.isoformat() if moment else "the last change that was kept"
        say(f"{folder} is as it was at {when}, from {base.name}.")
    return 0


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as problem:
        raise Refused(
            f"{text} is no moment: write it like 2026-03-01T10:15+08:00, or: {LAST}."
        ) from problem


def key_run(given: argparse.Namespace) -> int:
    """Make the pair."""
    import pyrage

    pair = pyrage.x25519.Identity.generate()
    try:
        descriptor = os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as problem:
        raise Refused(f"{given.file} exists already: choose another name.") from problem
    with open(descriptor, "w") as file:
        file.write(f"# public key: {pair.to_public()}\n{pair}\n")
    public = str(pair.to_public())
    if given.json:
        say_json({"public": public, "file": str(given.file)})
    else:
        say(public, f"The private half is in {given.file}: keep it somewhere else.")
    return 0


def _exists(path: Path) -> None:
    if not path.is_file():
        raise Refused(f"There is no file {path}.")


def _identity(path: Path | None) -> str:
    if path is None:
        return ""
    _exists(path)
    lines = [line.strip() for line in path.read_text().splitlines()]
    found = next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), "")
    if not found:
        raise Refused(f"{path} holds no private key (a line that begins with AGE-SECRET-KEY-).")
    return found


def _tell(given: argparse.Namespace, path: Path, manifest: Manifest, done: str) -> None:
    rows = sum(count for count, _ in manifest.tables.values())
    if given.json:
        say_json(
            {"file": str(path), "taken_at": manifest.taken_at, "version": manifest.version,
             "tables": len(manifest.tables), "rows": rows, "files": manifest.files}
        )  # fmt: skip
        return
    say(
        f"{done}: {path}",
        f"{rows:,} rows in {len(manifest.tables)} tables and {manifest.files} files as of {manifest.taken_at}.",
    )
