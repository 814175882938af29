"""The processes of a running installation: a web server and a worker, watched by the command that started them.

Each writes its log to a file and is told to end when its parent ends, even if the parent is killed. When one of them stops by
itself, all stop, and the end of its log is shown.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from .output import Refused

PATIENCE_SECONDS = 25
LONGEST_LOG = 20_000_000
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Process:
    """One running child."""

    name: str
    running: subprocess.Popen[bytes]
    log: Path

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


class StopAsked(Exception):
    """Ctrl-C, or the system's request to end."""


def web_command(host: str, port: int, *, workers: int, threads: int) -> list[str]:
    """The web server for this system."""
    if sys.platform == "win32":
        return [sys.executable, "-m", "waitress", f"--listen={host}:{port}", f"--threads={threads}",
                "tonglu.config.wsgi:application"]  # fmt: skip
    options = {
        "bind": f"{host}:{port}",
        "worker-class": "gthread",
        "workers": str(workers),
        "threads": str(threads),
        "timeout": "60",
        "graceful-timeout": "20",
        "keep-alive": "15",
        "log-level": "warning",
        "worker-tmp-dir": "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "gunicorn", "--preload", *flags, "tonglu.config.wsgi"]


def worker_command() -> list[str]:
    """The background worker."""
    return [sys.executable, "-m", "tonglu.cli", "worker"]


@contextmanager
def running(
    commands: Mapping[str, Sequence[str]], logs: Path, environment: Mapping[str, str]
) -> Iterator[list[Process]]:
    """Start the processes; stop them all at the end, whatever the reason."""
    logs.mkdir(parents=True, exist_ok=True)
    processes: list[Process] = []
    try:
        for name, command in commands.items():
            processes.append(_start(name, command, logs / f"{name}.log", environment))
        yield processes
    finally:
        stop(processes)


def watch(processes: Sequence[Process]) -> None:
    """Wait until one of them ends by itself; raises `Refused` with the end of its log."""
    while True:
        check_alive(processes)
        time.sleep(0.5)


def check_alive(processes: Sequence[Process]) -> None:
    """Refused when one of them has ended."""
    for process in processes:
        if process.running.poll() is not None:
            raise Refused(f"The {process.name} process has stopped:\n{process.last_words()}")


def stop(processes: Sequence[Process]) -> None:
    """Ask all to end, wait, and end those that do not."""
    for process in processes:
        if process.running.poll() is None:
            process.running.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for process in processes:
        try:
            process.running.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.running.kill()


@contextmanager
def stop_signals() -> Iterator[None]:
    """Ctrl-C and the system's request to end raise `StopAsked` once; further ones are ignored while all is being stopped."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)
        raise StopAsked

    before = {one: signal.signal(one, ask) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _start(name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Process:
    _turn_over(log)
    with log.open("ab") as out:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, **environment},
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
    return Process(name, child, log)


def _turn_over(log: Path) -> None:
    """Begin a new log when the old one is long; one old one is kept."""
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(log.with_suffix(".old.log"))


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGTERM)
