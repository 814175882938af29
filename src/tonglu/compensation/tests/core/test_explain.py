"""Every row can be read aloud, in English and in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from tonglu.compensation.check import read_exact
from tonglu.compensation.core.context import context_from
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.core.facts import facts_from
from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.kernel.errors import DomainError

CASES = Path(__file__).resolve().parents[5] / "docs" / "examples" / "pay-cases.yaml"


def rows(component, *transactions, **context):
    plan = plan_from_dict({"components": [{"id": "c", **component}]})
    return evaluate(plan, facts_from(transactions), context_from(context)).trace


def sale(name, amount, **more):
    return {"id": name, "date": "2026-02-01", "payee": "Ana", "amount": amount, **more}


def test_a_row_through_two_steps_says_which_part_filled_which_step_and_why():
    component = {
        "window": "quarter",
        "clause": "clause 3.2",
        "measure": "received",
        "table": {"mode": "slab", "tiers": [[0, 100000, "0.05"], [100000, None, "0.08"]]},
    }
    one, two = sale("a", 0, received=80000), sale("b", 0, received=120000)

    row = rows(component, one, two)[1]

    assert explain(row, "en") == (
        "Of 120,000.00 collected, 20,000.00 filled the 5 % step up to 100,000.00 and earned "
        "1,000.00; 100,000.00 fell into the 8 % step from 100,000.00 and earned 8,000.00, because "
        "80,000.00 had counted before in Q1 2026; in all 9,000.00 (plan v1, clause 3.2)."
    )
    assert explain(row, "zh-hans") == (
        "回款 120,000.00：20,000.00 补满 5% 档（至 100,000.00），提成 1,000.00；100,000.00 落在 "
        "100,000.00 起的 8% 档，提成 8,000.00，因为 2026年第1季度此前已累计 80,000.00；"
        "合计 9,000.00（方案 v1，clause 3.2）。"
    )


def test_a_refund_says_what_it_took_back():
    component = {"table": {"mode": "slab", "tiers": [[0, 100, "0.1"], [100, None, "0.2"]]}}

    row = rows(component, sale("a", 120), sale("b", -30))[1]

    assert explain(row) == (
        "Of 30.00 returned, 20.00 went back out of the 20 % step and took 4.00 back; 10.00 went "
        "back out of the 10 % step and took 1.00 back, because 120.00 had counted before; "
        "in all −5.00 (plan v1, c)."
    )


def test_a_cap_and_a_gate_are_named_with_what_they_changed():
    gate = {"metric": "overdue_days", "op": "<=", "value": 30, "on_fail": {"multiplier": "0.5"}}
    component = {"base_rate": "0.1", "gates": [gate], "cap": 30}

    row = rows(component, sale("a", 1000), metrics={"Ana": {"overdue_days": 45}})[0]

    assert explain(row) == (
        "Of 1,000.00 sold, all of it at 10 % earned 100.00; because overdue days is 45 and must be "
        "at most 30: −50.00; the cap of 30.00 changes this by −20.00; in all 30.00 (plan v1, c)."
    )


def test_codes_are_told_by_their_names():
    gate = {"metric": "csat", "op": ">=", "value": "0.9", "on_fail": "zero"}
    row = rows(
        {"base_rate": "0.1", "gates": [gate]}, sale("a", 100), metrics={"Ana": {"csat": "0.8"}}
    )[0]

    assert explain(row, "zh", {"csat": "客户满意度", "c": "提成", "v1": "2026年方案"}) == (
        "销售额 100.00：全部按 10% 计，提成 10.00；因为客户满意度为 0.8，要求不低于 0.9，变动 −10.00；"
        "合计 0.00（方案 2026年方案，提成）。"
    )


def test_an_override_names_the_seller():
    tree = [{"manager_of": {"p1": "p2"}}]
    component = {"kind": "rollup", "levels": ["0.01"]}

    row = rows(component, {**sale("a", 1000), "payee": "p1"}, hierarchy=tree)[0]

    assert explain(row, "en", {"p1": "Ana"}) == (
        "The override of 1 % on 1,000.00 earned by Ana is 10.00 (plan v1, c)."
    )


def _every_row():
    for case in read_exact(CASES)["cases"]:
        if "plan" in case and "error" not in case["expected"]:
            plan, facts = plan_from_dict(case["plan"]), facts_from(case.get("transactions") or ())
            yield from evaluate(plan, facts, context_from(case)).trace


@pytest.mark.parametrize("language", ["en", "zh-hans", "xx"])
def test_every_row_of_every_worked_example_can_be_told(language):
    for row in _every_row():
        sentence = explain(row, language)

        assert "{" not in sentence
        assert "  " not in sentence
        assert sentence.endswith("。" if language == "zh-hans" else ".")


def test_sentences_of_refused_cases_are_never_needed():
    with pytest.raises(DomainError):
        rows({"base_rate": "x"}, sale("a", 1))
