"""Throw-away servers for trying what several machines do: a primary, its streaming replicas, a PgBouncer in front.

They listen on a loopback port and trust whoever calls, so they hold nothing but what a test puts there. As root they run as the
account of the embedded server.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tonglu.toolkit.postgres import APPLICATION, OWNER, SUPERUSER, ServerFailed
from tonglu.toolkit.postgres.account import let_pass, server_account
from tonglu.toolkit.postgres.cluster import DATABASE, binaries

HOST = "127.0.0.1"
HURRIED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_STARTED_WITHIN = 60.0
_ROLES = (
    "CREATE ROLE tonglu_owner LOGIN CREATEDB",
    "CREATE ROLE tonglu_app LOGIN",
    "CREATE DATABASE tonglu OWNER tonglu_owner",
)
_RIGHTS = (
    "GRANT USAGE ON SCHEMA public TO tonglu_app",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tonglu_app",
    "ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO tonglu_app",
)


@dataclass
class Server:
    """A PostgreSQL server whose files lie in `folder`."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=lambda: HURRIED)
    port: int = 0

    def url(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        """The address of one of its databases."""
        return f"postgresql://{role}@{HOST}:{self.port}/{database}"

    def make(self) -> Server:
        """A new primary with the product's roles and its empty database."""
        folder_given(self.folder)
        run_as("initdb", "-D", self.folder, "-U", SUPERUSER, "--auth=trust", "--no-sync",
               "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")  # fmt: skip
        self.start()
        self.ask(*_ROLES, database="postgres")
        self.ask(*_RIGHTS, role=OWNER)
        return self

    def copy(self, primary: Server) -> Server:
        """A streaming replica of another server."""
        folder_given(self.folder)
        run_as("pg_basebackup", "-d", primary.url(SUPERUSER, "postgres"), "-D", self.folder,
               "-R", "-Xstream", "-cfast", "--no-sync")  # fmt: skip
        self.start()
        return self

    def start(self) -> None:
        """Start it and return when it takes connections."""
        self.port = self.port or free_port()
        told = {"port": self.port, "listen_addresses": HOST, "unix_socket_directories": ""}
        words = " ".join(
            f"-c {name}='{value}'" for name, value in {**told, **self.settings}.items()
        )
        run_as(
            "pg_ctl",
            "start",
            "-w",
            "-s",
            "-D",
            self.folder,
            "-l",
            self.folder / "server.log",
            "-o",
            words,
        )

    def stop(self, how: str = "immediate") -> None:
        """Stop it; "immediate" is as if the machine had died."""
        run_as("pg_ctl", "stop", "-w", "-s", "-m", how, "-D", self.folder, check=False)

    def ask(self, *statements: str, role: str = SUPERUSER, database: str = DATABASE) -> Any:
        """Run statements; gives the first value of the last answer, if it has one."""
        with psycopg.connect(self.url(role, database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def fill(self, url: str) -> None:
        """The tables and rows of another database, for the product's roles."""
        dumped = self.folder.parent / "filling.sql"
        subprocess.run(
            [_program("pg_dump"), "--no-owner", "--no-privileges", f"--role={_role_of(url)}", f"--file={dumped}", url],
            check=True, capture_output=True,
        )  # fmt: skip
        subprocess.run(
            [_program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", str(dumped), self.url(OWNER)],
            check=True, capture_output=True,
        )  # fmt: skip


@contextmanager
def pgbouncer(folder: Path, server: Server, *, size: int = 3, more: str = "") -> Iterator[str]:
    """PgBouncer in transaction mode before the server, with few connections; gives the address to use."""
    port = free_port()
    folder_given(folder)
    limits = "SET statement_timeout = ''30s''; SET lock_timeout = ''10s''; SET idle_in_transaction_session_timeout = ''60s''; SET jit = off"
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n{DATABASE} = host={HOST} port={server.port} user={APPLICATION} connect_query='{limits}'\n"
        f"[pgbouncer]\nlisten_addr = {HOST}\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        f"pool_mode = transaction\ndefault_pool_size = {size}\nlogfile = {folder}/pgbouncer.log\n{more}\n"
    )
    account = server_account()
    command = [
        str(shutil.which("pgbouncer", path=os.environ["PATH"] + ":/usr/sbin")),
        str(folder / "pgbouncer.ini"),
    ]
    as_whom = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_whom
    )  # type: ignore[call-overload]
    try:
        wait_for_port(port)
        yield f"postgresql://{APPLICATION}@{HOST}:{port}/{DATABASE}"
    finally:
        running.terminate()
        running.wait(10)


def has_pgbouncer() -> bool:
    """Whether PgBouncer is installed here."""
    return bool(shutil.which("pgbouncer", path=os.environ["PATH"] + ":/usr/sbin"))


def folder_given(folder: Path) -> None:
    """A new private folder that belongs to the servers' account."""
    folder.mkdir(parents=True, mode=0o700)
    if account := server_account():
        os.chown(folder, account.uid, account.gid)
        let_pass(account, folder / "x")


def run_as(program: str, *arguments: object, check: bool = True) -> None:
    """Run one of PostgreSQL's programs as the servers' account."""
    account = server_account()
    if account:
        let_pass(account, binaries() / program)
    as_whom = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    with tempfile.TemporaryFile("w+") as said:  # a server that stays would keep a pipe open
        done = subprocess.run(
            [_program(program), *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", check=False, **as_whom,  # type: ignore[call-overload]
        )  # fmt: skip
        said.seek(0)
        if check and done.returncode:
            raise ServerFailed(f"{program}: {said.read()[-2000:]}")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = _STARTED_WITHIN) -> None:
    """Until somebody listens there."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((HOST, port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _program(name: str) -> str:
    return str(binaries() / name)


def _role_of(url: str) -> str:
    with psycopg.connect(url) as connection:
        return str((connection.execute("SELECT current_user").fetchone() or ("",))[0])
