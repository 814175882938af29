"""A stored row is the same row: same sentence, same cents, years later."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings

from tonglu.compensation.check import read_exact
from tonglu.compensation.core.context import context_from
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.core.facts import facts_from
from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.storing import row_from_dict, row_to_dict

from .books import facts, plans

CASES = Path(__file__).resolve().parents[5] / "docs" / "examples" / "pay-cases.yaml"


def stored(row):
    return row_from_dict(json.loads(json.dumps(row_to_dict(row))))


@settings(max_examples=100, deadline=None)
@given(plans(), facts())
def test_a_row_survives_storage_exactly(plan, book):
    for row in evaluate(plan, book).trace:
        assert stored(row) == row


def test_every_row_of_every_worked_example_reads_the_same_after_storage():
    for case in read_exact(CASES)["cases"]:
        if "plan" in case and "error" not in case["expected"]:
            book = facts_from(case.get("transactions") or ())
            for row in evaluate(plan_from_dict(case["plan"]), book, context_from(case)).trace:
                assert explain(stored(row), "zh") == explain(row, "zh")
                assert stored(row).amount == row.amount
