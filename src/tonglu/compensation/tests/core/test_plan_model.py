"""A plan survives writing and reading, has one fingerprint, and never grows fields nobody defined."""

from __future__ import annotations

import json

import pytest

from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.model.writing import content_hash, plan_to_dict
from tonglu.kernel.errors import DomainError

STEPS = {
    "id": "v1",
    "effective_from": "2024-01-01",
    "components": [
        {
            "id": "comm",
            "window": "quarter",
            "quota": {"Ana": {"2024-Q1": 100}, "default": 50},
            "gates": [{"metric": "csat", "value": "0.9", "on_fail": "base"}],
            "multipliers": [{"metric": "csat", "tiers": [[0, "0.9", "0.5"], ["0.9", None, 1]]}],
            "cap": {"scope": "period", "amount": "1000.50"},
            "table": {
                "mode": "marginal",
                "axis": "attainment",
                "tiers": [[0, 1, "8/15"], [1, None, "5%"]],
            },
        },
        {"id": "team", "kind": "pool", "amount": 10, "weights": {"Ana": 1, "Ben": "0.5"}},
        {"id": "up", "kind": "override", "levels": ["0.02", "0.01"], "basis": "comm"},
        {
            "id": "goals",
            "kind": "mbo",
            "target": 5,
            "goals": {"Ana": [{"weight": 1, "score": "s"}]},
        },
    ],
}


def test_writing_and_reading_a_plan_gives_the_same_plan():
    plan = plan_from_dict(STEPS)

    written = json.loads(json.dumps(plan_to_dict(plan)))

    assert plan_from_dict(written) == plan


def test_a_plan_of_several_versions_keeps_its_anchor():
    plan = plan_from_dict(
        {
            "version_select": {"anchor": "signed_date", "continuity": "reset"},
            "versions": [
                {"id": "v2", "effective_from": "2024-07-01", "components": STEPS["components"]},
                {"id": "v1", "effective_from": "2024-01-01", "components": STEPS["components"]},
            ],
        }
    )

    assert [version.id for version in plan.versions] == ["v1", "v2"]
    assert plan_from_dict(plan_to_dict(plan)) == plan


def test_synonyms_give_the_same_fingerprint_and_any_change_another():
    def fingerprint(rate):
        plan = plan_from_dict({"components": [{"id": "c", "base_rate": rate}]})
        return content_hash(plan.versions[0])

    assert fingerprint("0.05") == fingerprint("5%") == fingerprint("1/20")
    assert fingerprint("0.05") != fingerprint("0.0500001")


@pytest.mark.parametrize(
    ("component", "code"),
    [
        ({"base_rate": "0.1"}, "no_component_id"),
        ({"id": "c"}, "no_rate"),
        ({"id": "c", "base_rate": 0.1}, "not_a_number"),
        ({"id": "c", "base_rate": "ten"}, "not_a_number"),
        ({"id": "c", "base_rate": True}, "not_a_number"),
        ({"id": "c", "base_rate": "0.1", "magic": 1}, "unknown_field"),
        ({"id": "c", "kind": "lottery"}, "unknown_word"),
        ({"id": "c", "kind": "per_event"}, "no_rate"),
        ({"id": "c", "kind": "rank"}, "missing_field"),
        ({"id": "c", "table": {"tiers": []}}, "no_mode"),
        ({"id": "c", "table": {"mode": "slab", "tiers": [[0, 1]]}}, "bad_tier"),
        ({"id": "c", "base_rate": "0.1", "window": "fortnight"}, "unknown_word"),
    ],
)
def test_a_component_that_means_nothing_is_refused(component, code):
    with pytest.raises(DomainError) as refusal:
        plan_from_dict({"components": [component]})

    assert refusal.value.code == code


def test_two_components_may_not_share_an_id():
    with pytest.raises(DomainError) as refusal:
        plan_from_dict({"components": [{"id": "c", "base_rate": 1}, {"id": "c", "base_rate": 1}]})

    assert refusal.value.code == "same_id_twice"
