"""`tonglu demo`: the whole product on this machine, with the sample company in it; `tonglu wipe-demo` takes it away again."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tonglu.config import environment

from .installation import act_as, is_migrated, migrate, ready
from .output import Commands, Refused, command, say
from .processes import (
    Process,
    StopAsked,
    check_alive,
    running,
    stop_signals,
    watch,
    web_command,
    worker_command,
)
from .sign_ins import sign_ins_make

HOST = "127.0.0.1"
SEED = 20260101
START_SECONDS = 90
SIGN_INS = "sign-ins.txt"

MORE = """Starts the embedded database, a web server and a worker, fills an empty installation with the sample company, and prints
the address and who can sign in. The next start takes seconds and keeps what was done; Ctrl-C stops everything.

The sample company is Hengyuan Fluid Equipment (衡源流体设备), a maker of pumps, valves and compressors: 120 people and 18 months
of leads, deals, contracts, receipts, tickets and pay. Its stories stand open: a price that waits for approval, a decision maker
who left, a customer who does not pay, two accounts that are probably one, a deal one step from the accelerator.

  tonglu demo                          the company, in .tonglu, on http://127.0.0.1:8000
  tonglu demo --size small             a dozen people and half a year: made in seconds
  tonglu demo --port 8080 --data /tmp/t
  tonglu wipe-demo                     takes all of it away again

Only this machine can reach it. For real use see `tonglu serve`."""

WIPE = """Deletes the embedded database, the files, the mails and the sign-ins that `tonglu demo` made, and nothing else in the folder.

Refused for a folder without a demo, while anything uses its database, with DATABASE_URL set, and when people who are not of the
sample company, or records from imported files, are in it: then it may be somebody's real work."""


def add_commands(commands: Commands) -> None:
    """Tell the command line about them."""
    demo = command(
        commands, "demo", demo_run, "Start the sample company on this machine.", more=MORE
    )
    demo.add_argument("--port", type=int, default=8000, help="where to listen (8000)")
    demo.add_argument("--data", type=Path, help="the data folder (TONGLU_DATA, else .tonglu)")
    demo.add_argument(
        "--size",
        choices=("small", "company", "large"),
        default="company",
        help="how much the sample company has done; counts at the first start only (company)",
    )
    demo.add_argument(
        "--language",
        choices=("en", "zh-hans"),
        default="",
        help="let all of the sample's people read this language; each can change their own",
    )
    wipe = command(
        commands,
        "wipe-demo",
        wipe_run,
        "Delete the demo's data: database, files, mails, sign-ins.",
        more=WIPE,
    )
    wipe.add_argument("--data", type=Path, help="the data folder (TONGLU_DATA, else .tonglu)")
    wipe.add_argument("--yes", action="store_true", help="do not ask")
    wipe.add_argument(
        "--everything",
        action="store_true",
        help="also when people or imported records were added to the sample company",
    )


def demo_run(given: argparse.Namespace) -> int:
    """Start, wait for Ctrl-C, stop."""
    _environment(given)
    folder = environment.data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder), stop_signals():
        _refuse_busy_port(given.port)
        try:
            _serve(given, folder)
        except StopAsked:
            say("Stopping …")
    say("Stopped.")
    return 0


def wipe_run(given: argparse.Namespace) -> int:
    """Delete what the demo made, and nothing else that lies in the folder."""
    if given.data:
        os.environ["TONGLU_DATA"] = str(given.data)
    folder = environment.data_folder()
    if not (folder / SIGN_INS).exists():
        raise Refused(f"{folder} holds no demo.")
    if not environment.uses_embedded_database():
        raise Refused(
            "Only the embedded database is wiped, and DATABASE_URL (or PGDATABASE) names another one. Nothing was deleted."
        )
    with _alone(folder):
        if not given.everything:
            _refuse_real_data(folder)
        question = f"Delete the demo in {folder}? [y/N] "
        if not given.yes and input(question).lower() not in ("y", "yes"):
            raise Refused("Nothing was deleted.")
        environment.cluster().remove()
        for name in ("files", "mail", "logs"):
            shutil.rmtree(folder / name, ignore_errors=True)
        (folder / SIGN_INS).unlink()
    say(f"The demo in {folder} is deleted.")
    return 0


def _refuse_real_data(folder: Path) -> None:
    """Look into the database before it is deleted; nobody else may be using it."""
    if environment.cluster().is_running():
        raise Refused(
            "The database is in use: stop `tonglu serve` and `tonglu worker` first. Nothing was deleted."
        )
    from .sample import refuse_real_data

    made = datetime.fromtimestamp((folder / SIGN_INS).stat().st_mtime, UTC)
    with ready(role="owner"):
        refuse_real_data(
            made, f"If all of it may go: tonglu wipe-demo --data {folder} --everything"
        )
        _close_connections()


def _environment(given: argparse.Namespace) -> None:
    if given.data:
        os.environ["TONGLU_DATA"] = str(given.data)
    os.environ["TONGLU_DEMO"] = "1"
    os.environ["TONGLU_URL"] = f"http://{HOST}:{given.port}"
    os.environ.setdefault("TONGLU_TIMEZONE", "Asia/Shanghai")
    os.environ.setdefault("TONGLU_LOG_LEVEL", "WARNING")


def _serve(given: argparse.Namespace, folder: Path) -> None:
    started = time.monotonic()
    say("Starting the database …")
    act_as("owner")
    with environment.running_database():
        if not ((folder / SIGN_INS).exists() and is_migrated()):
            _make(given, folder)
        _close_connections()
        commands = {
            "web": web_command(HOST, given.port, workers=2, threads=4),
            "worker": worker_command(),
        }
        childs = {
            "TONGLU_DATABASE_ROLE": "application",
            "TONGLU_STATEMENT_SECONDS": "",
            "TONGLU_POOL": "8",
        }
        with running(commands, folder / "logs", childs) as processes:
            _wait_until_it_answers(given.port, processes)
            _greet(given.port, folder, time.monotonic() - started)
            watch(processes)


def _make(given: argparse.Namespace, folder: Path) -> None:
    """What a first start makes, and the first start of a newer version brings up to date."""
    with ready(role="owner"):
        if count := migrate():
            say(f"Made the tables ({count} migrations).")
        _fill(given, folder)


def _fill(given: argparse.Namespace, folder: Path) -> None:
    """Load the sample into an empty installation; the file of sign-ins is the note that it was done."""
    if (folder / SIGN_INS).exists():
        return
    from tonglu.audit.services import context
    from tonglu.policy import Actor

    from .sample import refuse_strangers, sample_load

    refuse_strangers()
    say("Filling in the sample company …")
    with context(Actor.system("cli")):
        sample_load(size=given.size, seed=SEED, language=given.language)
        sign_ins_make(folder / SIGN_INS)


def _greet(port: int, folder: Path, seconds: float) -> None:
    say(
        "",
        f"Tonglu is ready after {seconds:.0f} s:  http://{HOST}:{port}/",
        "",
        (folder / SIGN_INS).read_text(),
        f"The passwords are kept in {folder / SIGN_INS}. Ctrl-C stops everything.",
    )


def _wait_until_it_answers(port: int, processes: Sequence[Process]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        check_alive(processes)
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise Refused(f"The web server did not answer within {START_SECONDS} s: see the logs.")


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _refuse_busy_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise Refused(
                f"Port {port} is in use. Stop what uses it, or choose another: tonglu demo --port {port + 1}"
            ) from problem


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One demo on one data folder at a time."""
    from django.core.files import locks

    with (folder / "demo.lock").open("w") as file:
        if not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
            raise Refused(
                f"Another demo is running on {folder}. Stop it, or give another folder: tonglu demo --data DIR"
            )
        yield
