"""Every release can be upgraded to today's product with all it held, and no migration makes that dangerous."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tomllib

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tonglu import __version__
from tonglu.toolkit.postgres import Cluster
from tonglu.toolkit.testing.database import server_hurry
from tools import expanding, releases

KEPT = sorted(releases.KEPT.glob("*.json"))
ROOT = releases.ROOT


def _is_final(version: str) -> bool:
    return bool(re.fullmatch(r"[\d.]+", version))


# Upgrades -----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=[path.stem for path in KEPT])
def installation(request, tmp_path):
    """What a release left, restored: `(kept, run)`, where `run(*words)` runs today's product on it."""
    kept = json.loads((releases.KEPT / f"{request.param}.json").read_text())
    folder = tmp_path / "data"
    unset = (*releases.ELSEWHERE, "TONGLU_DATABASE_ROLE")
    environment = {key: value for key, value in os.environ.items() if key not in unset}
    environment |= {
        "TONGLU_DATA": str(folder),
        "TONGLU_DEMO": "1",
        "TONGLU_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "tonglu.config.settings",
    }

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", *words],
            env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    backup = releases.KEPT / f"{request.param}.tonglu"
    run("tonglu.cli", "restore", str(backup), "--data", str(folder))
    cluster = Cluster(folder / "postgres")
    with cluster.used():
        server_hurry(cluster)
        run.environment = environment
        yield kept, run
    cluster.remove()


@pytest.mark.slow
def test_an_upgrade_keeps_every_row_every_sum_the_trail_and_who_may_sign_in(installation, drill):
    """At length it is killed first, again and again, at a random moment after its backup was proven."""
    kept, run = installation
    kills, dice = drill.size(0, 8), drill.dice()
    for _turn in range(kills):
        _killed_upgrade(run.environment, dice.random() * 2)

    told = run("tonglu.cli", "upgrade")
    found = _looked(run, kept)

    assert kills or "all is well" in told or set(kept["migrations"]) >= set(_migrations_today())
    changed = _changed(kept, found)
    assert changed == []
    if kills:
        drill.holds("figures that killed upgrades changed", changed, of=kills)
    assert found["audit"]["seq"] >= kept["audit"]["seq"]
    assert found["answers"] == kept["answers"]
    assert {pages["sign-in"] for pages in found["answers"].values()} == {302}
    assert int(kept["figures"]["compensation.ledgerentry"]) > 10


def test_planted_half_an_upgrade_is_found():
    kept = json.loads(KEPT[-1].read_text())
    name, value = next(iter(kept["figures"].items()))
    half = {**kept, "figures": {**kept["figures"], name: f"{value}1"}}

    assert _changed(kept, kept) == []
    assert _changed(kept, half) == [f"{name}: {value}, now {value}1"]
    assert _changed(kept, {**kept, "audit": {**kept["audit"], "broken_at": 7}})


def _killed_upgrade(environment, seconds):
    """Begin an upgrade and kill it so long after its backup was proven; it may have ended by itself."""
    words = [sys.executable, "-m", "tonglu.cli", "upgrade"]
    child = subprocess.Popen(words, env=environment, cwd=ROOT, stdout=subprocess.PIPE)
    child.stdout.readline()
    time.sleep(seconds)
    child.kill()
    child.communicate()


def _looked(run, kept):
    return json.loads(run("tools.releases", "look", str(releases.KEPT / f"{kept['version']}.json")))


def _changed(kept, found):
    """What is not as the release left it."""
    told = [
        f"{name}: {value}, now {found['figures'].get(name)}"
        for name, value in kept["figures"].items()
        if found["figures"].get(name) != value
    ]
    broken = found["audit"]["broken_at"]
    return told + [f"the trail is broken at {broken}"] * (broken is not None)


def test_every_final_release_was_kept():
    """When a version is followed by another, its installation stands in tests/releases."""
    named = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.M)

    assert set(named[1:]) <= {path.stem for path in KEPT}


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    locked = next(one["version"] for one in packages if one["name"] == "tonglu")
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.M)

    assert newest is not None
    assert {project, locked} == {__version__}
    assert newest.group(1) in (__version__, "Unreleased")


# Migrations ---------------------------------------------------------------------------------------------------------


def test_migrations_after_the_last_release_expand_before_they_contract():
    released = {path.stem: json.loads(path.read_text())["migrations"] for path in KEPT}
    final = [version for version in released if _is_final(version)]
    known = (
        [one for version in final for one in released[version]] if final else _migrations_today()
    )
    loader = MigrationLoader(None)

    assert list(expanding.problems(loader, known, released, settings.MODULES)) == []


def _migrations_today():
    """The product's own and those of the packages it brings."""
    labels = {config.label for config in apps.get_app_configs()}
    graph = MigrationLoader(None).graph
    return [f"{app}.{name}" for app, name in graph.nodes if app in labels]


class _History:
    """One table of a release, and one migration after it."""

    def __init__(self, *operations, **attributes):
        fields = [
            ("id", models.BigAutoField(primary_key=True)),
            ("name", models.CharField(max_length=50, null=True)),
        ]
        self.state = ProjectState()
        self.state.add_model(ModelState("shop", "Order", fields))
        body = {"operations": list(operations), **attributes}
        migration = type("Migration", (migrations.Migration,), body)("0002_next", "shop")
        self.nodes = {("shop", "0001_initial"): migrations.Migration("0001_initial", "shop")}
        self.nodes["shop", "0002_next"] = migration
        self.graph = self

    def project_state(self, _node, at_end):
        assert not at_end
        return self.state

    def problems(self):
        return list(expanding.problems(self, ["shop.0001_initial"], ["0.1.0"], ["shop"]))


_INDEX = models.Index(fields=["name"], name="shop_order_name")
_CHECK = models.CheckConstraint(condition=models.Q(name__gt=""), name="shop_order_named")
_BRIEF = "a list of a few dozen rows that administrators keep"


def _fill(_apps, _editor):
    """Nothing to fill."""


@pytest.mark.parametrize(
    "step",
    [
        migrations.RemoveField("order", "name"),
        migrations.RenameField("order", "name", "title"),
        migrations.DeleteModel("Order"),
        migrations.RenameModel("Order", "Sale"),
        migrations.RunSQL("ALTER TABLE shop_order DROP COLUMN name"),
        migrations.AddField("order", "size", models.IntegerField(default=1)),
        migrations.AddField("order", "size", models.IntegerField(null=True, db_index=True)),
        migrations.AlterField("order", "name", models.CharField(max_length=50)),
        migrations.AlterField("order", "name", models.CharField(max_length=20, null=True)),
        migrations.AlterField("order", "name", models.IntegerField(null=True)),
        migrations.AddIndex("order", _INDEX),
        migrations.AddConstraint("order", _CHECK),
        AddIndexConcurrently("order", _INDEX),
        migrations.RunSQL("CREATE INDEX shop_order_name ON shop_order (name)"),
        migrations.RunPython(_fill),
    ],
    ids=lambda step: type(step).__name__,
)
def test_a_dangerous_step_is_refused(step):
    assert len(_History(step).problems()) == 1


@pytest.mark.parametrize(
    ("steps", "attributes"),
    [
        ([migrations.RemoveField("order", "name")], {"contracts": "0.1.0"}),
        ([migrations.AddField("order", "size", models.IntegerField(null=True))], {}),
        ([migrations.AddField("order", "size", models.IntegerField(db_default=1))], {}),
        ([migrations.AlterField("order", "name", models.CharField(max_length=80, null=True))], {}),
        ([AddIndexConcurrently("order", _INDEX)], {"atomic": False}),
        ([migrations.AddIndex("order", _INDEX)], {"brief": _BRIEF}),
        ([migrations.RunPython(_fill)], {"atomic": False}),
        ([migrations.RunSQL("CREATE FUNCTION shop() RETURNS int LANGUAGE sql AS 'SELECT 1'")], {}),
        (
            [
                migrations.CreateModel("Line", [("id", models.BigAutoField(primary_key=True))]),
                migrations.AddIndex("line", models.Index(fields=["id"], name="shop_line_id")),
            ],
            {},
        ),
    ],
)
def test_a_step_that_people_can_work_through_passes(steps, attributes):
    assert _History(*steps, **attributes).problems() == []


@pytest.mark.parametrize(
    ("step", "attributes"),
    [
        (migrations.RemoveField("order", "name"), {"contracts": "0.9.9"}),
        (migrations.AddIndex("order", _INDEX), {"brief": "short"}),
    ],
)
def test_a_leave_must_name_a_release_or_a_reason(step, attributes):
    assert _History(step, **attributes).problems()


def test_rows_are_not_filled_in_the_migration_that_changes_their_table():
    add = migrations.AddField("order", "size", models.IntegerField(null=True))

    told = _History(add, migrations.RunPython(_fill), atomic=False).problems()

    assert len(told) == 1
    assert "of its own" in told[0]
