"""The operating-system account the server runs as when we are root, since PostgreSQL refuses to run as root.

The account has no shell and no home. To reach a cluster or binaries below a private folder (root's home, a fresh temporary
folder) it is given the right to pass through those folders and no other right, to it alone where the file system keeps
access lists.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "tonglu-db"
_LIST = "system.posix_acl_access"
_ENTRY = struct.Struct("<HHI")
_VERSION = struct.pack("<I", 2)
_OWNER, _USER, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NOBODY_IN_PARTICULAR = 0xFFFFFFFF
_PASS = 0o1


@dataclass(frozen=True, kw_only=True)
class Account:
    """User and group ids to run as."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """The account to run the server as; None when we are an ordinary user and run it ourselves."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd  # absent on Windows

    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _create()
        entry = pwd.getpwnam(NAME)
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def let_pass(account: Account, target: Path) -> None:
    """Let the account walk down to `target` through folders that are closed to it."""
    for folder in reversed(target.resolve().parents):
        if not _may_pass(account, folder):
            _open(account, folder)


def _create() -> None:
    """Make the account; any machine where one is root can, or says why not."""
    command = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if command is None:
        raise RuntimeError(f"Cannot create the account {NAME}: run as an ordinary user instead.")
    subprocess.run(
        [command, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME],
        check=True,
        capture_output=True,
        text=True,
    )


def _may_pass(account: Account, folder: Path) -> bool:
    state = folder.stat()
    if state.st_uid == account.uid:
        return bool(state.st_mode & 0o100)
    return bool(state.st_mode & 0o001) or account.uid in _named_users(folder)


def _named_users(folder: Path) -> set[int]:
    """Who is named in the folder's access list with the right to pass, as far as its mask lets that hold."""
    entries = _access_list(folder)
    mask = next((rights for tag, rights, _ in entries if tag == _MASK), 0)
    return {who for tag, rights, who in entries if tag == _USER and rights & mask & _PASS}


def _access_list(folder: Path) -> list[tuple[int, int, int]]:
    try:
        raw = os.getxattr(folder, _LIST)
    except (OSError, AttributeError):
        return []
    return list(_ENTRY.iter_unpack(raw[len(_VERSION) :]))


def _open(account: Account, folder: Path) -> None:
    mode = folder.stat().st_mode
    entries = _access_list(folder) or [
        (_OWNER, mode >> 6 & 7, _NOBODY_IN_PARTICULAR),
        (_GROUP, mode >> 3 & 7, _NOBODY_IN_PARTICULAR),
        (_OTHER, mode & 7, _NOBODY_IN_PARTICULAR),
    ]
    ours = [
        (tag, rights, who) for tag, rights, who in entries if (tag, who) != (_USER, account.uid)
    ]
    ours.append((_USER, _PASS, account.uid))
    try:
        os.setxattr(folder, _LIST, _VERSION + b"".join(_ENTRY.pack(*one) for one in _masked(ours)))
    except (OSError, AttributeError):
        folder.chmod(mode | 0o001)


def _masked(entries: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The entries in the order the kernel asks for, with the mask that lets the named ones hold."""
    mask = 0
    for tag, rights, _ in entries:
        if tag not in (_OWNER, _OTHER, _MASK):
            mask |= rights
    kept = [entry for entry in entries if entry[0] != _MASK]
    return sorted([*kept, (_MASK, mask, _NOBODY_IN_PARTICULAR)])
