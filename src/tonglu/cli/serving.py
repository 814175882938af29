"""`tonglu serve`, `tonglu worker`, `tonglu migrate`: the product in real use."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from tonglu.config import environment

from .installation import migrate, migrated, ready
from .output import Commands, command, say
from .processes import StopAsked, running, stop_signals, watch, web_command, worker_command

SERVE = """People come in by https://, through a proxy that speaks TLS: set TONGLU_BEHIND_PROXY=1. To try a company of your own on
this machine alone, TONGLU_URL=http://localhost:8000 does without one. Also set

  TONGLU_URL       the address people use, such as https://crm.example.com
  TONGLU_HOSTS     the host names to answer to, with commas
  DATABASE_URL     postgresql://user:password@host/name (PostgreSQL 15 or newer); without it the embedded one is used
  TONGLU_MAIL_URL  smtp://user:password@host:587?tls=1; without it mails lie in the data folder"""

WORKER = """Does what pages and schedules asked for: imports, exports, mails, nightly work. Run one or more beside `tonglu serve`,
on any machine that reaches the database and the data folder. Ends after the job in hand when asked to."""

MIGRATE = """Run it once after each upgrade, before `tonglu serve`. Where tables belong to another database role than the one that
serves, set DATABASE_OWNER_URL."""


def add_commands(commands: Commands) -> None:
    """Tell the command line about them."""
    serve = command(commands, "serve", serve_run, "Serve pages and the API.", more=SERVE)
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    serve.add_argument("--workers", type=int, default=2, help="web processes (2)")
    serve.add_argument("--threads", type=int, default=4, help="threads of each (4)")
    serve.add_argument("--with-worker", action="store_true", help="run a background worker, too")
    worker = command(commands, "worker", worker_run, "Do background jobs.", more=WORKER)
    worker.add_argument("--concurrency", type=int, default=2, help="jobs at a time (2)")
    worker.add_argument("--once", action="store_true", help="do what is due, then end")
    command(commands, "migrate", migrate_run, "Bring the database up to date.", more=MIGRATE)


def serve_run(given: argparse.Namespace) -> int:
    """Start the web server, watch it, stop it when asked to."""
    commands = {
        "web": web_command(given.host, given.port, workers=given.workers, threads=given.threads)
    }
    if given.with_worker:
        commands["worker"] = worker_command()
    logs = environment.data_folder() / "logs"
    with stop_signals(), migrated():
        try:
            with running(commands, logs, {"TONGLU_POOL": str(given.threads * 2)}) as processes:
                say(*_greeting(f"http://{given.host}:{given.port}/", logs))
                watch(processes)
        except StopAsked:
            say("Stopped.")
    return 0


def _greeting(address: str, logs: Path) -> list[str]:
    """Where to come in, which is not where we listen when a proxy stands in front."""
    from django.conf import settings

    end = f"Logs in {logs}. Ctrl-C stops."
    if settings.ON_LOOPBACK:
        return [f"Open {settings.SITE_URL}/. {end}"]
    lines = [f"Listening on {address}; people come in by {settings.SITE_URL}/. {end}"]
    if not settings.SITE_URL.startswith("https://"):
        hint = "http://localhost:8000 to try it on this machine alone"
        lines.append(
            f"Pages are sent on to https://. Set TONGLU_URL to the address of your proxy, or to {hint}."
        )
    return lines


def worker_run(given: argparse.Namespace) -> int:
    """Work in this process until asked to stop."""
    os.environ["TONGLU_STATEMENT_SECONDS"] = os.environ.get("TONGLU_STATEMENT_SECONDS") or "900"
    with migrated():
        from tonglu.toolkit.jobs import run_worker

        run_worker(concurrency=given.concurrency, wait=not given.once)
    return 0


def migrate_run(_given: argparse.Namespace) -> int:
    """Apply what is pending."""
    with ready(role="owner"):
        count = migrate()
    say(f"Applied {count} migrations." if count else "The database is up to date.")
    return 0
