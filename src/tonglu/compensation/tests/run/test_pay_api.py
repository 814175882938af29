"""The engine over HTTP: the same pay as from files, for whom it is meant, once for each key."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from django.test import Client

from tonglu.api.tokens import token_create
from tonglu.compensation.check import read_exact
from tonglu.compensation.services import pay_runs
from tonglu.toolkit.models import Work

EXAMPLE = Path(__file__).resolve().parents[5] / "docs" / "examples" / "pay-run"
PLAN = {"components": [{"id": "comm", "window": "month", "base_rate": 0.05}]}
SALE = {"id": "a", "date": "2026-01-31", "payee": "ana", "amount": 66.6}


@pytest.fixture
def call(cast):
    """`call(body)`: a post with a fresh token of Cam's, who composes plans."""

    def make(body, who=cast.cam, scopes=("write:plan-versions",), path="pay/run", **headers):
        secret = token_create(person=who, name="test", scopes=list(scopes)).secret
        given = {"Authorization": f"Bearer {secret}", **headers}
        if body is None:
            return Client().get(f"/api/v1/{path}", headers=given)
        text = body if isinstance(body, str) else json.dumps(body, default=str)
        return Client().post(
            f"/api/v1/{path}", text, content_type="application/json", headers=given
        )

    return make


def lines(name):
    with (EXAMPLE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_example_of_the_docs_pays_the_same_as_from_files(call):
    tables = {name: lines(name) for name in ("facts", "people", "quotas")}

    answer = call({"plan": read_exact(EXAMPLE / "plan.yaml"), **tables, "detail": ["statements"]})

    paid = {(p["payee"], p["component"]): p["amount"] for p in answer.json()["payouts"]}
    assert answer.status_code == 200
    assert paid["ana", "steps"] == "4200.00"
    assert paid["dee", "override"] == "600.00"
    assert "Of 30,000.00 sold" in answer.json()["statements"]["ana"]


def test_numbers_of_json_stay_exact(call):
    assert call({"plan": PLAN, "facts": [SALE]}).json()["payouts"][0]["exact"] == "3.33"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"plan": PLAN, "facts": [SALE, {**SALE, "id": "b", "amount": "ten"}]}, "facts[1].amount"),
        ({"plan": PLAN}, "facts"),
        ({"facts": [SALE]}, "plan"),
        ({"plan": PLAN, "facts": [SALE], "when": 1}, "when"),
        ({"plan": PLAN, "facts": [SALE], "detail": ["all"]}, "detail"),
        ({"plan": PLAN, "facts": [SALE], "as_of": "soon"}, "as_of"),
        ({"plan": PLAN, "facts": [{"payee": "ana"}]}, "facts[0].amount"),
        ({"plan": PLAN, "facts": [{**SALE, "payee": ""}]}, "facts[0].payee"),
    ],
)
def test_a_fault_is_told_at_its_place(call, body, field):
    answer = call(body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_only_who_composes_plans_may_run_them_and_only_with_the_scope(call, cast):
    body = {"plan": PLAN, "facts": [SALE]}

    assert call(body, who=cast.ana).status_code == 403
    assert call(body, scopes=("read",)).status_code == 403
    assert call("{").status_code == 422
    assert Client().post("/api/v1/pay/run", "{}", "application/json").status_code == 401


def test_a_big_run_is_work_that_only_its_owner_reads(call, cast, worker, monkeypatch):
    monkeypatch.setattr(pay_runs, "AT_ONCE", 0)
    asked = call({"plan": PLAN, "facts": [SALE]}, **{"Idempotency-Key": "once"})
    address = asked["Location"].removeprefix("/api/v1/")
    waiting = call(None, path=address)
    worker()

    done = call(None, path=address)

    assert (asked.status_code, waiting.status_code, done.status_code) == (202, 202, 200)
    assert done.json()["payouts"][0]["amount"] == "3.33"
    assert call(None, path=address, who=cast.ada).status_code == 404
    again = call({"plan": PLAN, "facts": [SALE]}, **{"Idempotency-Key": "once"})
    assert again["Idempotency-Replayed"] == "true"
    assert Work.objects.filter(kind=pay_runs.KIND).count() == 1
