"""Files of people: stored under random names outside every web folder, known by content, given back only as a download.

A file's type is what its first bytes say, not what its name or sender claims. Browsers are told to save it, to guess nothing
and to run nothing, whatever it holds.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.http import FileResponse

from tonglu.kernel.errors import Invalid
from tonglu.kernel.text import N_

from . import clock
from .jobs import task
from .models import StoredFile

_CHUNK = 1024 * 1024
_ORPHAN_AFTER = timedelta(days=1)
_OFFICE = (
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-excel"),
    (b"\x1f\x8b", "application/gzip"),
)


class HasPerson(Protocol):
    """An actor, or whatever else stands for a person."""

    @property
    def person_id(self) -> int | None: ...


def file_store(
    actor: HasPerson,
    name: str,
    stream: BinaryIO,
    *,
    limit: int | None = None,
    expires_at: datetime | None = None,
) -> StoredFile:
    """Keep a copy of the stream; raises `Invalid` when it is longer than `limit` bytes (by default the upload limit)."""
    path = _random_path()
    head, size, digest = _write(_absolute(path), stream, limit or settings.UPLOAD_LIMIT)
    return StoredFile.objects.create(
        name=_plain_name(name),
        type=type_of(head),
        size=size,
        sha256=digest,
        path=path,
        person_id=actor.person_id,
        expires_at=expires_at,
    )


def file_open(file: StoredFile) -> BinaryIO:
    """The stored bytes, for reading."""
    return _absolute(file.path).open("rb")


def file_response(file: StoredFile) -> FileResponse:
    """The answer that downloads the file and can do nothing else; the caller has checked that the actor may."""
    response = FileResponse(
        file_open(file), as_attachment=True, filename=file.name, content_type=file.type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def file_delete(file: StoredFile) -> None:
    """Forget the file; its bytes go with the nightly sweep, after the deletion is committed."""
    file.delete()


def type_of(head: bytes) -> str:
    """The media type that the first kilobytes of a file show."""
    for start, found in _MAGIC:
        if head.startswith(start):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return next((found for part, found in _OFFICE if part in head), "application/zip")
    return "text/plain" if _looks_like_text(head) else "application/octet-stream"


@task(name="toolkit.files.sweep", cron="41 3 * * *")
def sweep() -> None:
    """Delete files past their time, and bytes that no row names (their transaction was rolled back, or the row deleted)."""
    StoredFile.objects.filter(expires_at__lt=clock.now()).delete()
    known = set(StoredFile.objects.values_list("path", flat=True))
    oldest = (clock.now() - _ORPHAN_AFTER).timestamp()
    for found in _all_files():
        relative = found.relative_to(settings.FILES_DIR).as_posix()
        if relative not in known and found.stat().st_mtime < oldest:
            found.unlink()


def _all_files() -> Iterable[Path]:
    return [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]


def _random_path() -> str:
    name = secrets.token_hex(24)
    return f"{name[:2]}/{name}"


def _absolute(path: str) -> Path:
    return Path(settings.FILES_DIR) / path


def _plain_name(name: str) -> str:
    """The last part of the name, without what a file system or a header could misread."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[-255:].strip(". ") or "file"


def _write(path: Path, stream: BinaryIO, limit: int) -> tuple[bytes, int, str]:
    """Copy to disk and flush; returns the first kilobytes, the size and the digest."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size, head = hashlib.sha256(), 0, b""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                path.unlink()
                raise Invalid({"file": [N_("This file is too large.")]})
            head = head or chunk[:8192]
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return head, size, digest.hexdigest()


def _looks_like_text(head: bytes) -> bool:
    return b"\0" not in head and not head.lstrip().lower().startswith(
        (b"<svg", b"<html", b"<!doctype")
    )
