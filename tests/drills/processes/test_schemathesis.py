"""Schemathesis, a program that is not ours, reads the OpenAPI document and calls the production server by it, good and bad, call after call.

It looks for answers 5xx, answers unlike the document (status, type, headers, schema), methods and credentials that are taken though
the document says otherwise, and rows that are read after they were trashed. What it may send is judged by our own drills, not here:
whether a call that the document allows is a lawful one depends on the state of the books, and a number where a text belongs is taken
as a text on purpose.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.permissions.conftest import Company, company_make
from tonglu.api.tokens import token_create
from tonglu.entities.api import http, rows
from tonglu.entities.registry import all_entities
from tonglu.policy.testing import Cast
from tools.drills.fixture import Drill

from .served import free_port, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not find_spec("schemathesis"), reason="uv sync --group drills"),
]
SMALL = ("accounts", "tasks", "opportunities", "quotes")
ROLES = ("dee", "ana", "fay", "cam")
EXAMPLES = 20
"""So many calls are made up for an address, beside those that try the bounds of each of its values."""
JUDGED_ELSEWHERE = "positive_data_acceptance,negative_data_rejection,missing_required_header"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one run of the program came to."""

    calls: int
    faults: list[str]


def asked(
    company: Company,
    port: int,
    person: str,
    folder: Path,
    *more: str,
    kinds: Collection[str],
    seed: int,
) -> Told:
    """Let it call the server for one person, about these kinds."""
    token = token_create(person=getattr(company.cast, person), name="drill", scopes=["all"])
    told_of = company.client("ada").get("/api/v1/openapi.json").json()
    paths = {path: one for path, one in told_of["paths"].items() if path.split("/")[1] in kinds}
    document, report = folder / "openapi.json", folder / f"{person}.json"
    document.write_text(json.dumps({**told_of, "paths": paths}))
    settings = folder / "schemathesis.toml"
    settings.write_text(_settings(company))
    program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings)]
    command = [
        *program, "run", str(document), "--url", f"http://127.0.0.1:{port}/api/v1",
        "--header", f"Authorization: Bearer {token.secret}", "--seed", str(seed),
        "--exclude-checks", JUDGED_ELSEWHERE, "--continue-on-failure", "--no-shrink",
        "--report", "json", "--report-json-path", str(report), "--warnings", "off", "--no-color", *more,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    (folder / f"{person}.txt").write_text(done.stdout + done.stderr)
    return told(json.loads(report.read_text()), person, done.stdout)


def told(report: dict[str, Any], person: str, said: str) -> Told:
    """The number of calls, and a line for each kind of fault."""
    faults = [
        f"{person}: {one['count']} x {one['title']}: {', '.join(one['operations'])}"
        for one in report["failures"]
    ]
    broken = [f"{person}: {one['count']} x {one['title']}" for one in report["errors"]]
    if not report["complete"]:
        broken.append(f"{person}: stopped, {report['stop_reason']}")
    found = [*faults, *broken]
    if found:
        found[0] += "\n" + said[said.find("= FAILURES =") :][:6000]
    return Told(calls=report["test_cases"]["generated"], faults=found)


def turns(drill: Drill) -> list[tuple[str, list[str]]]:
    """Who calls about what: a person about one kind, or everybody about all kinds, or about a share of them."""
    dice = drill.dice()
    if not drill.long:
        return [("dee", [dice.choice(SMALL)])]
    every = sorted({entity.slug for entity in all_entities()} | {"me", "pay", "changesets"})
    number = max(1, round(len(every) * min(drill.share, 1)))
    return [(person, sorted(dice.sample(every, number))) for person in ROLES]


def _settings(company: Company) -> str:
    """Addresses hold numbers of records that exist, nine times in ten."""
    known = sorted({row.pk for rows in company.rows.values() for row in rows.values()})
    return (
        f"[dictionaries.numbers]\nvalues = {known}\n"
        '[parameters]\n"path.id" = { dictionary = "numbers", probability = 0.9 }\n'
    )


def test_a_stranger_s_reading_of_the_document_finds_no_fault(
    cast: Cast, drill: Drill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGLU_API_CALLS_PER_MINUTE", "0")
    company, calls, faults = company_make(cast), 0, []
    more = [] if drill.long else ["--phases", "fuzzing"]
    more += ["--max-examples", str(EXAMPLES if drill.long else 2)]
    with serving(free_port()) as served:
        served.seconds_until_ready()
        for person, kinds in turns(drill):
            said = {"kinds": kinds, "seed": drill.seed}
            found = asked(company, served.port, person, tmp_path, *more, **said)
            calls, faults = calls + found.calls, [*faults, *found.faults]

    drill.holds("faults that Schemathesis finds in the answers to calls", faults, of=calls)


def test_planted_an_answer_unlike_the_document_is_found(
    cast: Cast,
    tmp_path: Path,
    live_server: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.API_CALLS_PER_MINUTE = 0

    def careless(data: Any, **more: Any) -> Any:
        return http.answer_json({**data, "next": 5}, **more)

    monkeypatch.setattr(rows, "answer_json", careless)
    more = ["--max-examples", "3", "--phases", "fuzzing", "--include-path", "/tasks"]
    company, port = company_make(cast), live_server.thread.port
    found = asked(company, port, "dee", tmp_path, *more, kinds=["tasks"], seed=1)

    assert found.faults[0].startswith("dee: 1 x Response violates schema: GET /tasks\n")
