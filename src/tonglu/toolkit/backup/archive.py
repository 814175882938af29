"""The one file: a tar of manifest, database and stored files, perhaps encrypted, closed by a line with the digest of all of it.

    [tar | age(tar)] "TONGLU-BACKUP 1 sha256 <64 hexadecimal digits>\\n"

The closing line is written last and under another name, so a backup that was cut off or changed in any byte is known as such
without its key. Plain backups open with `tar` and encrypted ones, less their last line, with `age`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

MANIFEST, DATABASE, FILES, KEY = "manifest.json", "database.dump", "files", "secret-key"
_SEALED, _PLAIN = "sealed.age", "plain.tar"
_AGE = b"age-encryption.org/v1"
_CLOSING = b"TONGLU-BACKUP 1 sha256 "
_CLOSING_LENGTH = len(_CLOSING) + 64 + 1
_CHUNK = 1 << 20


class BackupDamaged(Exception):
    """The file is no backup, is not whole, was changed, or cannot be opened with the key given."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says it holds, for the proof to compare with what comes out."""

    version: str
    """The release of Tonglu that wrote it."""
    taken_at: str
    """The moment of the database's state, ISO 8601 in UTC."""
    server: int
    """The PostgreSQL version number, such as 180004."""
    owner: str
    """The role that owns the tables."""
    migrations: int
    """How many had been applied."""
    tables: dict[str, list[Any]]
    """Per table: the number of rows and a digest of them that no order changes."""
    sequences: dict[str, int]
    """Per sequence: the last number it had given."""
    files: int
    """How many stored files lie in it."""
    audit_head: list[Any] = field(default_factory=list)
    """The last sealed entry of the audit chain: its number and its hash."""

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        """From its JSON."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError) as problem:
            raise BackupDamaged("The manifest cannot be read.") from problem

    def written(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def archive_write(target: Path, members: Iterable[tuple[str, Path]]) -> None:
    """Write the members (name, path) into a plain backup that does not exist yet."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:") as made:
        for name, path in members:
            made.add(path, arcname=name, recursive=False)
    _close(target)


def archive_publish(plain: Path, target: Path, recipients: Sequence[str] = ()) -> None:
    """Move a plain backup to where it belongs, encrypted if recipients are given; it appears whole or not at all.

    `plain` lies in a folder of the same file system as `target`.
    """
    if recipients:
        sealed = plain.with_suffix(".sealed")
        _open_end(plain)
        pyrage.encrypt_file(str(plain), str(sealed), [_recipient(one) for one in recipients])
        sealed.chmod(0o600)
        _close(sealed)
        plain = sealed
    os.link(plain, target)
    _flush_folder(target.parent)


def archive_check(path: Path) -> str:
    """The digest of the backup, if every byte of it is as it was written; raises `BackupDamaged` otherwise."""
    size = path.stat().st_size - _CLOSING_LENGTH
    if size <= 0:
        raise BackupDamaged(f"{path} is no backup, or only its beginning.")
    with path.open("rb") as source:
        digest = _digest(source, size)
        if source.read() != _closing_line(digest):
            raise BackupDamaged(f"{path} is not as it was written: cut off, changed, or no backup.")
    return digest


def is_encrypted(path: Path) -> bool:
    """Whether a key is needed to open the backup."""
    with path.open("rb") as source:
        return source.read(len(_AGE)) == _AGE


@contextmanager
def archive_opened(path: Path, identity: str, scratch: Path) -> Iterator[tarfile.TarFile]:
    """The members of a checked backup; a decrypted copy lies in `scratch` for as long as it is open."""
    archive_check(path)
    if not is_encrypted(path):
        with tarfile.open(path, "r:") as members:
            yield members
        return
    if not identity:
        raise BackupDamaged(f"{path} is encrypted: give the key it was encrypted for.")
    try:
        plain = _decrypt(path, identity, scratch)
        with tarfile.open(plain, "r:") as members:
            yield members
    finally:
        for name in (_SEALED, _PLAIN):
            (scratch / name).unlink(missing_ok=True)


def member_read(members: tarfile.TarFile, name: str) -> bytes:
    """The bytes of one small member."""
    return _member(members, name).read()


def member_save(members: tarfile.TarFile, name: str, target: Path) -> Path:
    """Write one member to a file that only we may read."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(_member(members, name), file, _CHUNK)
    return target


def _member(members: tarfile.TarFile, name: str) -> BinaryIO:
    try:
        found = members.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupDamaged(f"The backup holds no {name}.")
    return found  # type: ignore[return-value]


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as problem:
        raise BackupDamaged(
            f"{text} is no public key (age1…): make one with `tonglu backup-key`."
        ) from problem


def _open_end(path: Path) -> None:
    """Take the closing line off."""
    os.truncate(path, path.stat().st_size - _CLOSING_LENGTH)


def _close(path: Path) -> None:
    with path.open("rb+") as file:
        digest = _digest(file, path.stat().st_size)
        file.seek(0, os.SEEK_END)
        file.write(_closing_line(digest))
        file.flush()
        os.fsync(file.fileno())


def _closing_line(digest: str) -> bytes:
    return _CLOSING + digest.encode() + b"\n"


def _digest(source: BinaryIO, size: int) -> str:
    digest, left = hashlib.sha256(), size
    while left and (chunk := source.read(min(_CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _decrypt(path: Path, identity: str, scratch: Path) -> Path:
    sealed, plain = scratch / _SEALED, scratch / _PLAIN
    try:
        key = pyrage.x25519.Identity.from_str(identity)
        with path.open("rb") as source, sealed.open("xb") as copy:
            shutil.copyfileobj(source, copy, _CHUNK)
            copy.truncate(path.stat().st_size - _CLOSING_LENGTH)
        pyrage.decrypt_file(str(sealed), str(plain), [key])
    except (pyrage.DecryptError, pyrage.IdentityError) as problem:
        raise BackupDamaged(f"{path} does not open with this key: {problem}") from problem
    return plain


def _flush_folder(folder: Path) -> None:
    """The new name itself has to survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
