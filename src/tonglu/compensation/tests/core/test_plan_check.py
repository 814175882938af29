"""The plan check finds what would hurt people after signing."""

from __future__ import annotations

import pytest

from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.validation.check import may_issue, plan_problems

EXAMPLE = {
    "transactions": [{"id": "t", "date": "2024-01-01", "payee": "Ana", "amount": 100}],
    "expected": {"payouts": {"Ana": {"c": 10}}},
}


def codes(*components, **plan):
    found = plan_problems(plan_from_dict({"components": list(components), **plan}))
    return [problem.code for problem in found if problem.code != "no_examples"]


def table(mode, *tiers, **more):
    quota = {"quota": 100} if "axis" in more else {}
    return {"id": "c", **quota, "table": {"mode": mode, "tiers": list(tiers), **more}}


def test_a_clean_marginal_table_has_nothing_to_say():
    assert codes(table("slab", [0, 100, "0.1"], [100, None, "0.2"])) == []


@pytest.mark.parametrize(
    ("component", "found"),
    [
        (table("slab", [0, 100, "0.1"], [101, None, "0.2"]), ["gap"]),
        (table("slab", [0, 100, "0.1"], [101, None, "0.2"], gap=0), ["declared_gap"]),
        (table("slab", [0, 100, "0.1"], [101, None, "0.2"], gap="previous"), []),
        (table("slab", [0, 100, "0.1"], [90, None, "0.2"]), ["overlap"]),
        (table("slab", [0, 0, "0.1"], [0, None, "0.2"]), ["empty_tier"]),
        (table("slab", [0, 100, "0.1"]), ["open_top"]),
        (table("slab"), ["no_tiers"]),
        (table("slab", [0, 100, "0.2"], [100, None, "0.1"]), []),
        (table("slab", [0, 100, "0.2"], [100, None, "-0.1"]), ["falling_pay"]),
        (table("slab", [0, 100, "0.2"], [100, None, 5]), ["mixed_units"]),
        (table("slab", [0, None, 5]), ["rate_over_one"]),
        (table("whole", [0, None, "0.1"]), ["no_boundary"]),
        (table("whole", [0, 9, "0.1"], [9, None, "0.2"], boundary="lower"), ["cliff"]),
        (table("whole", [0, 9, "0.2"], [9, None, "0.1"], boundary="lower"), ["inversion"]),
        (table("milestone", [1, None, 9], [2, None, 5], boundary="lower"), ["inversion"]),
        (
            table("overage_at_top", [0, 1, 1], [1, None, 2], boundary="lower", axis="attainment"),
            [],
        ),
        ({"id": "c", "table": {"mode": "slab", "axis": "attainment", "tiers": [[0, None, 1]]}},
         ["needs_quota"]),
        ({"id": "c", "quota": 9, "table": {"mode": "proportional_ti"}}, ["needs_target"]),
        ({"id": "c", "quota": 9, "table": {"mode": "interp_points", "points": [[0, 0], [1, 1]]}},
         ["no_ends"]),
        ({"id": "c", "kind": "mbo", "target": 5, "objectives": {"A": [{"weight": "0.9", "score": 1}]}},
         ["weights"]),
        ({"id": "c", "kind": "pool", "weights": {"A": 1}}, ["no_fund"]),
        ({"id": "c", "kind": "rollup"}, ["no_override"]),
        ({"id": "c", "kind": "rank", "prizes": [1, 2]}, ["falling_prizes"]),
        ({"id": "c", "base_rate": 1, "cap": 5, "floor": 9}, ["floor_over_cap"]),
        ({"id": "c", "base_rate": 1, "linked": ["ghost"]}, ["unknown_component"]),
    ],
)  # fmt: skip
def test_each_mistake_has_its_name(component, found):
    assert codes(component) == found


def test_an_inversion_says_what_it_costs():
    plan = plan_from_dict(
        {"components": [table("whole", [0, 3000, "0.08"], [3000, None, "0.03"], boundary="lower")]}
    )

    sentence = plan_problems(plan)[0].text()

    assert sentence == "c: at 3000 selling more pays less: 240 falls to 90."
    assert not may_issue(plan)


def test_a_circle_of_components_is_found():
    one = {"id": "x", "base_rate": 1, "linked": ["y"]}
    two = {"id": "y", "base_rate": 1, "linked": ["x"]}

    assert codes(one, two) == ["cycle"]


def test_the_plans_own_examples_must_pass():
    component = {"id": "c", "base_rate": "0.1"}
    wrong = {**EXAMPLE, "expected": {"payouts": {"Ana": {"c": 11}}}}

    assert plan_problems(plan_from_dict({"components": [component], "examples": [EXAMPLE]})) == ()
    assert codes(component, examples=[EXAMPLE, wrong]) == ["example_fails"]


def test_the_release_must_reach_the_whole():
    component = {"id": "c", "base_rate": "0.1"}
    steps = [{"event": "booking", "pct": "0.5"}, {"event": "cash", "pct": "0.4", "prorata": True}]

    assert codes(component, release={"schedule": steps}) == ["release_not_whole"]


def test_a_holdback_may_not_keep_more_than_everything():
    component = {"id": "c", "base_rate": "0.1"}

    assert codes(component, payment=[{"type": "holdback", "pct": "1.1"}]) == ["hold_over_all"]
    assert codes(component, payment=[{"type": "wizardry"}]) == ["unreadable_part"]


def test_versions_may_not_overlap_nor_leave_days_without_a_rule():
    def sequence(first_to, second_from):
        version = {"components": [{"id": "c", "base_rate": "0.1"}]}
        first = {"id": "v1", "effective_from": "2024-01-01", "effective_to": first_to, **version}
        second = {"id": "v2", "effective_from": second_from, **version}
        return codes_of({"versions": [first, second]})

    assert sequence("2024-06-30", "2024-07-01") == []
    assert sequence("2024-07-01", "2024-07-01") == ["overlapping_versions"]
    assert sequence("2024-05-31", "2024-07-01") == ["no_version_between"]


def codes_of(raw):
    found = plan_problems(plan_from_dict(raw))
    return [problem.code for problem in found if problem.code != "no_examples"]
