"""Run the drill: `python -m tools.failover` (see the package)."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

from tonglu.cli.processes import web_command, worker_command
from tonglu.toolkit.testing.servers import HOST, free_port, wait_for_port
from tools.releases import ELSEWHERE, KEPT

from .load import Load
from .parts import Centre, Node, Part, absent, missing

BOUND = 30.0
_LOST = "SELECT count(*) FROM unnest(%s::bigint[], %s::text[]) AS told(id, name) LEFT JOIN {} AS kept ON kept.id = told.id AND kept.{} = told.name WHERE kept.id IS NULL"
_TWICE = "SELECT count(*) FROM (SELECT {0} FROM {1} WHERE {0} LIKE %s GROUP BY 1 HAVING count(*) > 1) AS twice"
_UNBALANCED = "SELECT count(*) FROM (SELECT entry_id FROM compensation_ledgerposting GROUP BY 1 HAVING sum(amount) <> 0) AS wrong"
_PAID = """SELECT count(*), count(*) FILTER (WHERE entries.times > 1 OR entries.total IS DISTINCT FROM statement.paid)
    FROM compensation_statement AS statement JOIN compensation_payperiod AS period ON period.id = statement.period_id
    LEFT JOIN LATERAL (SELECT count(*) AS times, sum(amount) AS total FROM compensation_ledgerentry AS entry
        WHERE entry.kind = 'paid' AND entry.owner_id = statement.owner_id AND entry.period_id = statement.period_id) AS entries ON true
    WHERE period.state = 'paid' AND statement.paid <> 0"""
_OPEN = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at <= now())"


@dataclass(kw_only=True)
class Found:
    """What the drill came to."""

    acknowledged: int
    lost: int
    doubled: int
    payouts: int
    payouts_wrong: int
    unbalanced: int
    asked_again: int
    web_pause: float
    worker_takeover: float
    primary_pause: float
    refused: int

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing doubled, back in time."""
        wrong = self.lost + self.doubled + self.payouts_wrong + self.unbalanced
        return wrong == 0 and max(self.web_pause, self.primary_pause) <= BOUND

    def lines(self) -> list[str]:
        """What people read."""
        return [
            f"acknowledged writes: {self.acknowledged}; lost {self.lost}, doubled {self.doubled} (asked again {self.asked_again} times)",
            f"payouts: {self.payouts}; wrong or doubled {self.payouts_wrong}; entries out of balance {self.unbalanced}",
            f"a web server killed: longest pause {self.web_pause:.1f} s",
            f"a worker killed: its jobs done after {self.worker_takeover:.1f} s",
            f"the primary killed: longest pause {self.primary_pause:.1f} s (bound {BOUND:.0f} s)",
            "holds" if self.holds else "BROKEN",
        ]


def main() -> int:
    """Run it and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tools.failover")
    parser.add_argument(
        "--seconds", type=float, default=15, help="of load before and after each death"
    )
    parser.add_argument("--planted", action="store_true", help="a fault that must be found")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", action="store_true", help="keep the logs")
    given = parser.parse_args()
    if lacking := missing():
        print(absent(lacking))
        return 3
    for name in ELSEWHERE:
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp(prefix="tonglu-failover-"))
    folder.chmod(0o711)
    centre = Centre(folder, synchronous=not given.planted)
    try:
        found = drill(centre, given.seconds, planted=given.planted)
    finally:
        centre.end()
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(*found.lines(), sep="\n")
    if given.json:
        given.json.write_text(json.dumps({**asdict(found), "holds": found.holds}, indent=1) + "\n")
    return 0 if found.holds else 1


def drill(centre: Centre, seconds: float, *, planted: bool) -> Found:
    """Build the centre, kill its parts under load, look at what is left."""
    centre.wait("a primary", centre.primary)
    webs, workers, url = _product(centre)
    if not planted:
        centre.wait(
            "a synchronous replica", lambda: any(one.is_synchronous() for one in centre.nodes)
        )
    load = Load(url, *_tokens(centre))
    load.start()
    time.sleep(seconds)
    web = time.monotonic()
    webs[0].kill()
    time.sleep(seconds)
    webs[0].start()
    worker_takeover = _kill_worker(centre, workers)
    primary = _kill_primary(centre, planted=planted)
    back = centre.wait("a new primary", lambda: _promoted(centre), 90)
    print(f"promoted after {back:.1f} s", flush=True)
    time.sleep(seconds + 10)
    load.stop()
    end = time.monotonic()
    centre.wait("an empty queue", lambda: _is_done(centre, workers) or planted, 180)
    ledger = load.ledger
    lost, doubled = _audit(centre, load)
    payouts, wrong = _ask(centre, _PAID)
    if ledger.refused:
        print(f"refused by rules: {len(ledger.refused)}, such as {ledger.refused[0]}", flush=True)
    return Found(
        acknowledged=len(ledger.accounts) + len(ledger.receipts) + len(ledger.steps),
        lost=lost, doubled=doubled, payouts=payouts, payouts_wrong=wrong,
        unbalanced=_ask(centre, _UNBALANCED)[0], asked_again=ledger.repeated,
        web_pause=ledger.pause_after(web, web + seconds), worker_takeover=worker_takeover,
        primary_pause=ledger.pause_after(primary, end), refused=len(ledger.refused),
    )  # fmt: skip


def _product(centre: Centre) -> tuple[list[Part], list[Part], str]:
    """The product on it: a release's company restored, two web servers, two workers."""
    primary = centre.primary()
    assert primary is not None
    _prepare(primary)
    ports = [free_port(), free_port()]
    centre.proxies(ports)
    settings = _settings(centre)
    owner = {
        **settings,
        "DATABASE_URL": _url(centre.database, "tonglu_owner"),
        "TONGLU_PGBOUNCER": "",
    }
    backup = sorted(KEPT.glob("*.tonglu"))[-1]
    data = centre.folder / "data"
    _run(["restore", str(backup), "--data", str(data)], owner)
    _run(["migrate"], owner)
    webs = [
        centre.add(f"web{n}", web_command(HOST, port, workers=2, threads=4), settings)
        for n, port in enumerate(ports, 1)
    ]
    direct = {
        **settings,
        "DATABASE_URL": _url(centre.database, "tonglu_app"),
        "TONGLU_PGBOUNCER": "",
        "TONGLU_POOL": "",
    }
    workers = [centre.add(f"worker{n}", worker_command(), direct) for n in (1, 2)]
    for port in (*ports, centre.web):
        wait_for_port(port)
    return webs, workers, f"http://{HOST}:{centre.web}"


def _prepare(primary: Node) -> None:
    url = f"postgresql://postgres@{HOST}:{primary.port}/postgres"
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in ("CREATE ROLE tonglu_owner LOGIN CREATEDB", "CREATE ROLE tonglu_app LOGIN",
                          "CREATE DATABASE tonglu OWNER tonglu_owner"):  # fmt: skip
            connection.execute(statement)  # type: ignore[call-overload]
    with psycopg.connect(_url(primary.port, "tonglu_owner"), autocommit=True) as connection:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO tonglu_app",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tonglu_app",
            "ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO tonglu_app",
        ):
            connection.execute(statement)  # type: ignore[call-overload]


def _settings(centre: Centre) -> dict[str, str]:
    """What the product's processes are told."""
    return {
        "TONGLU_DATA": str(centre.folder / "data"),
        "TONGLU_DEMO": "1",
        "TONGLU_LOG_LEVEL": "WARNING",
        "TONGLU_POOL": "8",
        "TONGLU_PGBOUNCER": "1",
        "DATABASE_URL": _url(centre.pool, "tonglu_app"),
        "DATABASE_OWNER_URL": _url(centre.database, "tonglu_owner"),
        "DJANGO_SETTINGS_MODULE": "tonglu.config.settings",
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
    }


def _tokens(centre: Centre) -> tuple[dict[str, str], list[int]]:
    """A token for each kind of writer, and customers who owe something."""
    roles = {
        "accounts": "salesperson",
        "receipts": "finance",
        "payroll": "compensation_administrator",
    }
    tokens = {}
    for writer, role in roles.items():
        email = _ask(centre, "SELECT person.email FROM directory_person AS person"
                     " JOIN directory_roleassignment AS given ON given.person_id = person.id"
                     " JOIN directory_role AS role ON role.id = given.role_id"
                     f" WHERE role.code = '{role}' AND person.is_active ORDER BY person.id LIMIT 1")[0]  # fmt: skip
        told = _run(["token", "create", "--user", email, "--scope", "all"], _settings(centre))
        tokens[writer] = told.strip()
    owing = _ask(centre, "SELECT array_agg(DISTINCT account_id) FROM finance_invoice WHERE open_amount > 10000")[0]  # fmt: skip
    return tokens, list(owing or _ask(centre, "SELECT array_agg(id) FROM customers_account")[0])


def _kill_worker(centre: Centre, workers: list[Part]) -> float:
    """Kill a worker and see how long the jobs of that moment take to be done by the other one."""
    jobs = _ask(centre, "SELECT coalesce(max(id), 0) FROM procrastinate_jobs")[0]
    workers[0].kill()
    waiting = _OPEN + f" AND id <= {jobs}"
    took = centre.wait("the killed worker's jobs", lambda: _ask(centre, waiting)[0] == 0)
    workers[0].start()
    return took


def _kill_primary(centre: Centre, *, planted: bool) -> float:
    primary = centre.primary()
    assert primary is not None
    other = next(one for one in centre.nodes if one is not primary)
    if planted:
        primary.stand_still()
        time.sleep(3)
    moment = time.monotonic()
    primary.kill()
    centre.nodes = [other]
    return moment


def _is_done(centre: Centre, workers: list[Part]) -> bool:
    """Whether no job waits; workers that gave up when the database went are started again."""
    for worker in workers:
        worker.again()
    return bool(_ask(centre, _OPEN)[0] == 0)


def _promoted(centre: Centre) -> bool:
    return centre.primary() is not None


def _audit(centre: Centre, load: Load) -> tuple[int, int]:
    """How many acknowledged writes are not there, and how many are there twice."""
    ledger, lost, doubled = load.ledger, 0, 0
    for told, table, column, pattern in (
        (ledger.accounts, "customers_account", "name", "Failover %"),
        (ledger.receipts, "finance_collection", "external_id", "failover-%"),
    ):
        lost += _ask(centre, _LOST.format(table, column), list(told.values()), list(told))[0]
        doubled += _ask(centre, _TWICE.format(column, table), pattern)[0]
    return lost, doubled


def _ask(centre: Centre, query: str, *values: Any) -> Any:
    """The first row of an answer, from whoever is the primary."""
    with psycopg.connect(_url(centre.database, "tonglu_owner"), connect_timeout=10) as connection:
        return connection.execute(query, values or None).fetchone()  # type: ignore[call-overload]


def _url(port: int, role: str) -> str:
    return f"postgresql://{role}@{HOST}:{port}/tonglu"


def _run(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-m", "tonglu.cli", *words], env={**os.environ, **environment},
                          capture_output=True, text=True, check=False)  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"tonglu {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
