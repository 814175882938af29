"""The product's own web server as processes of their own on the test's database, to be killed; and callers that never give up."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tonglu.cli.processes import web_command

READY_SECONDS = 30


@dataclass(kw_only=True)
class Served:
    """A running server: its port, and the process that leads its group."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """The processes that answer."""
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in told.split()]

    def kill(self, pid: int) -> None:
        """Without warning; a worker that is gone already is as good as killed."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def kill_all(self) -> None:
        """The leader and its workers."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def seconds_until_ready(self) -> float:
        """How long until it answers that it is ready; fails after a while."""
        began = time.monotonic()
        while time.monotonic() - began < 10 * READY_SECONDS:
            assert self.process.poll() is None, "the server ended by itself"
            with suppress(OSError, http.client.HTTPException):
                asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                asked.request("GET", "/health/ready")
                if asked.getresponse().status == 200:
                    return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError("the server did not become ready")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def serving(port: int, workers: int = 2) -> Iterator[Served]:
    """The server as `tonglu serve` starts it; its whole group is gone afterwards."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "TONGLU_DATA": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "tonglu.config.testing",
    }
    command = web_command("127.0.0.1", port, workers=workers, threads=4)
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    served = Served(port=port, process=process)
    try:
        yield served
    finally:
        served.kill_all()


def database_url() -> str:
    """The test's database, for another process."""
    at = connection.settings_dict
    who = ":".join(quote(part, safe="") for part in (at["USER"], at["PASSWORD"]) if part)
    port = f"&port={at['PORT']}" if at["PORT"] else ""
    return (
        f"postgresql://{who}@/{at['NAME']}?host={quote(at['HOST'] or '/var/run/postgresql')}{port}"
    )


def post(port: int, token: str, path: str, body: object, key: str) -> tuple[int, dict[str, object]]:
    """One call with a key of its own; an OSError or an HTTPException when the connection breaks."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    try:
        connection.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
        given = connection.getresponse()
        return given.status, json.loads(given.read() or b"{}")
    finally:
        connection.close()


def post_cut(port: int, token: str, path: str, body: object, key: str, part: float) -> None:
    """The same call, but the line goes dead: after a part of the request was sent, or before its answer was read."""
    text = json.dumps(body)
    raw = (
        f"POST /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {len(text)}\r\n\r\n{text}"
    ).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(raw[: int(len(raw) * min(part, 1))])
        if part > 1:
            time.sleep((part - 1) * 0.1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
