"""An import whose worker is killed goes on where it stopped: no row is lost, none comes in twice, and its report is that of one run.

Planted mutants: the note of a portion written after its commit; counts of the earlier portions forgotten; waiting rows forgotten.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tonglu.customers.models import Account
from tonglu.entities.changesets import changeset_undo
from tonglu.entities.models import ChangeSet, Import, ImportPortion
from tonglu.entities.registry import entity_of
from tonglu.entities.transfer import portions
from tonglu.entities.transfer.importing import (
    import_bring,
    import_map,
    import_of,
    import_open,
    import_try_job,
)
from tonglu.entities.transfer.plans import ColumnPlan, ImportPlan
from tonglu.entities.transfer.reading import Table, table_read
from tonglu.entities.transfer.run import changeset_start, import_run
from tonglu.policy import Actor, actor_of
from tonglu.policy.testing import Cast
from tonglu.toolkit.jobs import rescue
from tools.drills.fixture import Drill

KIND = "customers.account"
ROWS = 5_000
PLAN = ImportPlan(
    kind=KIND,
    file="a.csv",
    columns=tuple(
        ColumnPlan(field=field, header=header)
        for header, field in (("Id", "external_id"), ("Name", "name"), ("Size", "employees"), ("Above", "parent"))
    ),
)  # fmt: skip


def content(rows: int) -> bytes:
    """Accounts of which every tenth has no number of people, and every hundredth stands below the last one."""
    lines = ["Id,Name,Size,Above"]
    for n in range(rows):
        size = "many" if n % 10 == 9 else str(n)
        above = f"a-{rows - 2}" if n % 100 == 0 else ""
        lines.append(f"a-{n},Acme {n},{size},{above}")
    return "\n".join(lines).encode()


class Killed(Exception):
    """Stands for a worker's end."""


@pytest.mark.parametrize("after", [2, 6])
def test_a_run_that_stopped_goes_on_as_if_it_had_not(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(portions, "PORTION", 20)
    table, actor = table_read(content(100), "a.csv"), actor_of(cast.dee)
    changeset = changeset_start(actor, PLAN)

    with pytest.raises(Killed):
        run(actor, table, changeset, stop_after=after)
    report = run(actor, table, changeset)

    assert (report.created, len(report.bad_lines)) == (90, 10)
    assert sorted(report.bad_lines) == list(range(11, 111, 10))
    assert Account.objects.count() == 90
    assert Account.objects.filter(parent__external_id="a-98").count() == 1
    assert changeset.state == ChangeSet.State.DONE
    assert changeset_undo(actor=actor, changeset=changeset).kept == []
    assert Account.objects.count() == 0


def run(actor: Actor, table: Table, changeset: ChangeSet, stop_after: int = 0) -> Any:
    """Bring it in; `stop_after` so many notes the run ends, as by a kill."""
    told = ImportPortion.objects.create

    def note(**values: Any) -> ImportPortion:
        made = told(**values)
        if stop_after and changeset.portions.count() >= stop_after:
            kill.append(made)
        return made

    kill: list[ImportPortion] = []

    def progress(_done: int, _total: int) -> None:
        if kill:
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ImportPortion.objects, "create", note)
        report = import_run(
            actor=actor, plan=PLAN, table=table, changeset=changeset, progress=progress
        )
        if kill:
            raise Killed
        return report


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_brings_in_a_long_file_leaves_nothing_by_halves(
    cast: Cast, drill: Drill
) -> None:
    rows, kills = drill.size(5_000, 1_000_000), drill.size(1, 5)
    good, portion = rows - rows // 10, max(250, rows // 500)
    apart, dice = rows // portion // (kills + 2), drill.dice()
    actor = actor_of(cast.dee)
    made = import_open(
        actor=actor, entity=entity_of(KIND), name="a.csv", stream=io.BytesIO(content(rows))
    )
    import_map(actor=actor, made=made, plan=PLAN)
    import_try_job(import_id=made.pk)
    made = import_of(actor, KIND, made.pk)
    assert (made.state, made.report["created"], Account.objects.count()) == ("tried", good, 0)
    import_bring(actor=actor, made=made)

    for _kill in range(kills):
        more = ImportPortion.objects.count() + dice.randint(1, apart)
        kill_when(worker(portion), lambda: ImportPortion.objects.count() >= more)  # noqa: B023
        assert 0 < Account.objects.count() < good
        assert Import.objects.get().state == Import.State.RUNNING
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
            )
        assert rescue() == 1
    assert worker(portion).wait(timeout=120 + rows / 100) == 0

    made = Import.objects.get()
    assert (made.state, made.report["created"], made.report["left_out"]) == ("done", good, rows - good)  # fmt: skip
    ids = Account.objects.values("external_id").distinct().count()
    drill.tell("rows lost or brought in twice by a killed import", abs(good - ids) + abs(Account.objects.count() - ids), of=good)  # fmt: skip
    drill.tell("times the import was killed", kills, of=kills, bound=kills)
    assert Account.objects.count() == ids == good
    assert not ImportPortion.objects.exists()


def worker(portion: int) -> subprocess.Popen[bytes]:
    """A worker process of its own on the test's database, which ends when nothing is due."""
    name = connection.settings_dict["NAME"]
    code = (
        "import django; from django.conf import settings; django.setup();"
        "from django.db import connection; connection.settings_dict['NAME'] = settings.DATABASES['default']['NAME'] = "
        f"{name!r}; import tonglu.config.urls; from tonglu.entities.transfer import portions; portions.PORTION = "
        f"{portion};"
        "from tonglu.toolkit.jobs import run_worker; run_worker(concurrency=1, wait=False)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tonglu.config.testing"}
    environment["TONGLU_DATA"] = str(settings.DATA_DIR)
    return subprocess.Popen([sys.executable, "-c", code], env=environment)


def kill_when(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    """Strike without warning as soon as it is ready."""
    until = time.monotonic() + 600
    while not ready():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
