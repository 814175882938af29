"""The demo starts from nothing, keeps its data, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tonglu.toolkit.postgres import Cluster

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    """As on a machine of its own: nothing of the tests' settings or database."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TONGLU_", "PG", "DJANGO_"))}
    kept.pop("DATABASE_URL", None)
    return {**kept, "TONGLU_DATA": str(folder)}


def tonglu(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tonglu.cli", *arguments]
    return subprocess.run(command, env=environment(folder), capture_output=True, text=True)


@contextmanager
def demo(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tonglu.cli", "demo", "--size", "small", f"--port={port}"]
    process = subprocess.Popen(
        command,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(port, process)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(40)


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise AssertionError(process.stdout.read() if process.stdout else "")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The demo did not start.")


def test_the_demo_starts_keeps_its_data_and_stops(tmp_path: Path) -> None:
    port, cluster = free_port(), Cluster(tmp_path / "postgres")

    with demo(tmp_path, port) as first:
        beside = tonglu(tmp_path, "demo", f"--port={free_port()}")
        check = tonglu(tmp_path, "check")
    sign_ins = (tmp_path / "sign-ins.txt").read_text()

    assert first.returncode == 0
    assert (beside.returncode, "Another demo" in beside.stderr) == (1, True)
    assert check.returncode == 0, check.stdout
    assert not cluster.is_running()

    began = time.monotonic()
    with demo(tmp_path, port) as second:
        seconds = time.monotonic() - began
        busy = tonglu(tmp_path / "other", "demo", f"--port={port}")

    assert second.stdout
    assert sign_ins in second.stdout.read()
    assert (busy.returncode, f"Port {port} is in use" in busy.stderr) == (1, True)
    assert seconds < 30
    assert not cluster.is_running()
    assert tonglu(tmp_path, "wipe-demo", "--yes").returncode == 0
    assert not cluster.exists
