"""`tonglu check`, `tonglu shell`: is all as it should be?"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from django.db.utils import OperationalError

from .installation import pending_migrations, ready
from .output import Commands, add_json, command, say, say_json, unreachable

CHECK = """Looks at the settings, the database and its version, the tables, the policy, the administrators and the job queue. Prints a
line for each; exits with 1 when one of them needs attention."""

OLDEST_SERVER = 150000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def add_commands(commands: Commands) -> None:
    """Tell the command line about them."""
    add_json(
        command(commands, "check", check_run, "Tell whether the installation is well.", more=CHECK)
    )
    command(commands, "shell", shell_run, "Open a Python shell in which the installation is ready.")


def check_run(given: argparse.Namespace) -> int:
    """Print all findings."""
    with ready():
        found = list(findings())
    if given.json:
        say_json({"ok": all(one.ok for one in found), "findings": [asdict(one) for one in found]})
    else:
        say(*(f"{'ok     ' if one.ok else 'PROBLEM'}  {one.name}: {one.detail}" for one in found))
    return 0 if all(one.ok for one in found) else 1


def findings() -> Iterator[Finding]:
    """Look at everything; what needs tables is left out while they are not there."""
    yield _settings()
    try:
        yield _server()
    except OperationalError as problem:
        if not (said := unreachable(problem)):
            raise
        yield Finding("database", ok=False, detail=" ".join(said))
        return
    yield _limits()
    tables = _tables()
    yield tables
    if tables.ok:
        looks: tuple[Callable[[], Finding], ...] = (
            _policy,
            _administrators,
            _dead_letters,
            _worker,
        )
        yield from (look() for look in looks)


def shell_run(_given: argparse.Namespace) -> int:
    """Django's shell."""
    with ready():
        from django.core.management import call_command

        call_command("shell")
    return 0


def _settings() -> Finding:
    from django.conf import settings
    from django.core.checks import WARNING, run_checks

    deployed = not settings.ON_LOOPBACK
    problems = run_checks(include_deployment_checks=deployed)
    serious = [one for one in problems if one.level >= WARNING]
    detail = "; ".join(f"{one.id} {one.msg}" for one in serious)
    return Finding("settings", not serious, detail or "no warnings")


def _server() -> Finding:
    from django.db import connection

    connection.ensure_connection()
    version = connection.pg_version  # type: ignore[attr-defined]
    text = f"PostgreSQL {version // 10000}.{version % 10000}"
    return Finding("database", version >= OLDEST_SERVER, text)


def _limits() -> Finding:
    """Behind PgBouncer it is the pool that sets them, which is easily forgotten."""
    from django.db import connection

    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "jit")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(names)]
        )
        found = dict(cursor.fetchall())
    missing = [name for name, value in found.items() if value == "0"]
    missing += ["jit = off"] * (found["jit"] == "on")
    said = ", ".join(f"{name} {value}" for name, value in found.items())
    return Finding(
        "time limits", not missing, f"not set: {', '.join(missing)}" if missing else said
    )


def _tables() -> Finding:
    pending = pending_migrations()
    detail = f"{len(pending)} migrations to apply: tonglu migrate" if pending else "up to date"
    return Finding("tables", not pending, detail)


def _policy() -> Finding:
    from tonglu.policy.models import PolicyVersion

    issued = PolicyVersion.objects.exclude(issued_at=None).order_by("-number").first()
    return Finding(
        "policy", issued is not None, f"version {issued.number}" if issued else "none in force"
    )


def _administrators() -> Finding:
    from tonglu.directory.selectors import people_with_role

    count = people_with_role("administrator").count()
    return Finding("administrators", count > 0, str(count) if count else "nobody may set things up")


def _dead_letters() -> Finding:
    from tonglu.toolkit.jobs import dead_letters

    count = len(dead_letters())
    return Finding("failed jobs", count == 0, f"{count} wait to be looked at" if count else "none")


def _worker() -> Finding:
    from tonglu.toolkit.jobs import jobs_overdue

    count = jobs_overdue()
    return Finding(
        "worker", count == 0, f"{count} jobs wait: start `tonglu worker`" if count else "keeps up"
    )
