"""The processes of an installation are watched, stopped together, and heard to the last word."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tonglu.cli import processes
from tonglu.cli.output import Refused

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
FAIL = [sys.executable, "-c", "import sys; sys.exit('no database')"]


def test_when_one_process_stops_its_last_words_are_told_and_all_stop(tmp_path: Path) -> None:
    started: list[processes.Process] = []

    def run() -> None:
        with processes.running({"web": SLEEP, "worker": FAIL}, tmp_path, {}) as all_of_them:
            started.extend(all_of_them)
            processes.watch(all_of_them)

    with pytest.raises(Refused, match="worker process has stopped:\nno database"):
        run()

    assert all(process.running.poll() is not None for process in started)


def test_a_process_gets_its_environment_and_writes_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import os; print(os.environ['WHO'])"]

    with processes.running({"web": command}, tmp_path, {"WHO": "Ana"}) as (web,):
        web.running.wait(20)

    assert (tmp_path / "web.log").read_text() == "Ana\n"


def test_a_process_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PATIENCE_SECONDS", 0.5)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"

    with processes.running({"web": [sys.executable, "-c", deaf]}, tmp_path, {}) as (web,):
        while not web.log.stat().st_size:
            time.sleep(0.01)

    assert web.running.wait(10) == -9


def test_a_long_log_is_put_aside_when_a_process_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "LONGEST_LOG", 3)
    (tmp_path / "web.log").write_text("long")

    with processes.running({"web": [sys.executable, "-c", ""]}, tmp_path, {}) as (web,):
        web.running.wait(20)

    assert (tmp_path / "web.old.log").read_text() == "long"
    assert (tmp_path / "web.log").read_text() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn serves elsewhere")
def test_the_web_server_listens_where_it_is_told() -> None:
    command = processes.web_command("127.0.0.1", 8123, workers=3, threads=5)

    assert command[1:3] == ["-m", "gunicorn"]
    assert {"--bind=127.0.0.1:8123", "--workers=3", "--threads=5"} <= set(command)
