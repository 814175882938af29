"""The parts of a small data centre on one machine: started, asked, killed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tonglu.toolkit.postgres.account import let_pass, server_account
from tonglu.toolkit.postgres.cluster import binaries
from tonglu.toolkit.testing.servers import HOST, folder_given, free_port, wait_for_port

NEEDED = ("patroni", "etcd", "haproxy", "pgbouncer")
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
_PATRONI = """
scope: tonglu
name: {name}
restapi: {{listen: "127.0.0.1:{rest}", connect_address: "127.0.0.1:{rest}"}}
etcd3: {{host: "127.0.0.1:{etcd}"}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 5
    primary_start_timeout: 0
    maximum_lag_on_failover: 10485760
    synchronous_mode: {synchronous}
    postgresql:
      use_pg_rewind: false
      parameters: {{wal_level: replica, hot_standby: "on", max_connections: 60, max_wal_senders: 5, fsync: "on", synchronous_commit: "on"}}
  initdb: [{{encoding: UTF8}}, {{locale: C}}, {{locale-provider: builtin}}, {{builtin-locale: C.UTF-8}}, data-checksums]
postgresql:
  listen: "127.0.0.1:{port}"
  connect_address: "127.0.0.1:{port}"
  data_dir: {folder}/data
  bin_dir: {binaries}
  pgpass: {folder}/pgpass
  authentication: {{superuser: {{username: postgres}}, replication: {{username: postgres}}}}
  parameters: {{unix_socket_directories: ""}}
  pg_hba: ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
watchdog: {{mode: "off"}}
"""
_HAPROXY = """
global
  maxconn 400
defaults
  timeout connect 2s
  timeout client 120s
  timeout server 120s
listen database
  bind 127.0.0.1:{database}
  mode tcp
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
{databases}
listen web
  bind 127.0.0.1:{web}
  mode http
  balance roundrobin
  option httpchk GET /health/live
  option redispatch
  default-server inter 500ms fall 2 rise 1
{webs}
"""
_PGBOUNCER = """
[databases]
tonglu = host=127.0.0.1 port={database} user=tonglu_app connect_query='SET statement_timeout = ''30s''; SET lock_timeout = ''10s''; SET idle_in_transaction_session_timeout = ''60s''; SET jit = off'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 12
server_connect_timeout = 3
server_login_retry = 1
query_wait_timeout = 15
tcp_keepalive = 1
"""


@dataclass
class Part:
    """A program in a process group of its own."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    as_server: bool = False
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; its words go to a log."""
        account = server_account() if self.as_server else None
        whom = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.running = subprocess.Popen(  # type: ignore[call-overload]
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                env={**os.environ, **self.environment}, start_new_session=True, **whom,
            )  # fmt: skip

    def again(self) -> None:
        """Start it again if it has ended by itself, as systemd does."""
        if self.running is not None and self.running.poll() is not None:
            self.start()

    def kill(self) -> None:
        """Kill all of it at once, as when a machine dies."""
        if self.running is not None:
            for pid in _family(self.running.pid):
                _kill(pid, signal.SIGKILL)
            self.running.wait()
            self.running = None


@dataclass
class Node:
    """A database server with its Patroni."""

    name: str
    folder: Path
    port: int
    rest: int
    part: Part

    def role(self) -> str:
        """What Patroni says it is: "primary", "replica", or "" while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.rest}/patroni", timeout=2) as told:
                found = json.load(told)
        except (OSError, ValueError):
            return ""
        return str(found.get("role", "")) if found.get("state") == "running" else ""

    def is_synchronous(self) -> bool:
        """Whether the primary waits for it."""
        try:
            urllib.request.urlopen(f"http://{HOST}:{self.rest}/synchronous", timeout=2).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """The whole machine dies: Patroni and the server, which does not descend from it."""
        path = self.folder / "data/postmaster.pid"
        server = int(path.read_text().split()[0]) if path.exists() else 0
        self.part.kill()
        for pid in _family(server) if server else ():
            _kill(pid, signal.SIGKILL)

    def stand_still(self) -> None:
        """Send the replicas nothing from here on."""
        server = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        for pid in _family(server):
            if "walsender" in _title(pid):
                _kill(pid, signal.SIGSTOP)


class Centre:
    """All parts and their ports."""

    def __init__(self, folder: Path, *, synchronous: bool) -> None:
        self.folder, self.parts = folder, list[Part]()
        self.database, self.web, self.pool = free_port(), free_port(), free_port()
        etcd, peer = free_port(), free_port()
        client = f"http://{HOST}:{etcd}"
        self._add("etcd", [_found("etcd"), "--data-dir", f"{folder}/etcd", "--listen-client-urls", client,
                           "--advertise-client-urls", client, "--listen-peer-urls", f"http://{HOST}:{peer}",
                           "--initial-advertise-peer-urls", f"http://{HOST}:{peer}",
                           "--initial-cluster", f"default=http://{HOST}:{peer}"])  # fmt: skip
        wait_for_port(etcd)
        self.all_nodes = self.nodes = [
            self._node(name, etcd, synchronous) for name in ("one", "two")
        ]

    def proxies(self, webs: Sequence[int]) -> None:
        """HAProxy before database and web, PgBouncer behind the web processes."""
        lines = [
            f"  server {one.name} {HOST}:{one.port} check port {one.rest}" for one in self.nodes
        ]
        doors = [f"  server web{n} {HOST}:{port} check" for n, port in enumerate(webs, 1)]
        told = _HAPROXY.format(
            database=self.database, web=self.web, databases="\n".join(lines), webs="\n".join(doors)
        )
        (self.folder / "haproxy.cfg").write_text(told)
        pool = self.folder / "pool"
        folder_given(pool)
        (pool / "pgbouncer.ini").write_text(
            _PGBOUNCER.format(database=self.database, port=self.pool)
        )
        self._add("haproxy", [_found("haproxy"), "-db", "-f", f"{self.folder}/haproxy.cfg"])
        self._add("pgbouncer", [_found("pgbouncer"), f"{pool}/pgbouncer.ini"], as_server=True)
        wait_for_port(self.database)
        wait_for_port(self.pool)

    def add(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Part:
        """Start another part."""
        return self._add(name, command, environment=environment)

    def primary(self) -> Node | None:
        """The node that is the primary now."""
        return next((one for one in self.nodes if one.role() in ("primary", "master")), None)

    def wait(self, what: str, happened: object, seconds: float = 120) -> float:
        """Until it happened; gives how long that took."""
        began = time.monotonic()
        while not happened():  # type: ignore[operator]
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"{what} did not happen within {seconds} s")
            time.sleep(0.1)
        return time.monotonic() - began

    def end(self) -> None:
        """Kill everything that is still there."""
        for part in reversed(self.parts):
            part.kill()
        for node in self.all_nodes:
            node.kill()

    def _node(self, name: str, etcd: int, synchronous: bool) -> Node:
        folder, port, rest = self.folder / name, free_port(), free_port()
        folder_given(folder)
        config = folder / "patroni.yml"
        config.write_text(
            _PATRONI.format(name=name, rest=rest, etcd=etcd, port=port, folder=folder,
                            binaries=binaries(), synchronous=str(synchronous).lower())
        )  # fmt: skip
        program = Path(_found("patroni"))
        if account := server_account():
            os.chown(config, account.uid, account.gid)
            for path in (
                binaries() / "postgres",
                program,
                Path(os.path.realpath(_interpreter(program))),
            ):
                let_pass(account, path)
        part = self._add(f"patroni-{name}", [str(program), str(config)], as_server=True)
        return Node(name, folder, port, rest, part)

    def _add(self, name: str, command: Sequence[str], *, environment: Mapping[str, str] | None = None,
             as_server: bool = False) -> Part:  # fmt: skip
        part = Part(name, command, self.folder, environment or {}, as_server)
        part.start()
        self.parts.append(part)
        return part


def missing() -> list[str]:
    """What is not installed here."""
    return [name for name in NEEDED if shutil.which(name, path=PATH) is None]


def absent(names: list[str]) -> str:
    """What is not installed, and how it is."""
    pip = "pip install 'patroni[etcd3,psycopg3]>=4'" if "patroni" in names else ""
    debian = {"etcd": "etcd-server", "haproxy": "haproxy", "pgbouncer": "pgbouncer"}
    apt = " ".join(debian[name] for name in names if name in debian)
    how = " and ".join(one for one in (pip, f"apt-get install {apt}" if apt else "") if one)
    return f"not installed: {', '.join(names)}; {how}"


def _found(name: str) -> str:
    return str(shutil.which(name, path=PATH))


def _interpreter(program: Path) -> str:
    """The Python that a script runs under."""
    first = program.read_text(errors="replace").splitlines()[0]
    return first[2:].strip() if first.startswith("#!") else sys.executable


def _family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found, seen = [pid], 0
    while seen < len(found):
        path = Path(f"/proc/{found[seen]}/task/{found[seen]}/children")
        found += [int(one) for one in path.read_text().split()] if path.exists() else []
        seen += 1
    return found


def _title(pid: int) -> str:
    """What a process calls itself; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return ""


def _kill(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
