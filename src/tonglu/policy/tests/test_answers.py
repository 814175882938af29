"""Why do I see this, why not, and who could."""

from __future__ import annotations

import pytest
from django.utils import translation

from tonglu import policy
from tonglu.directory import services as directory
from tonglu.directory.models import Territory
from tonglu.policy import presets
from tonglu.policy.answers import Because
from tonglu.policy.presets import policy_load_sample

from .conftest import KIND


@pytest.fixture
def issued(rows):
    """Salespeople see their own, leaders their team, directors what lies below."""
    presets.grant("salesperson", KIND, "read", "own")
    presets.grant("team_leader", KIND, ("read", "update"), "team")
    presets.grant("sales_director", KIND, "read", "department")
    return policy_load_sample()


def test_the_rule_that_lets_me_see_a_row_is_named_first(issued, cast, rows, actor):
    directory.role_assign(person=cast.ana, role="team_leader")

    findings = policy.explain(actor(cast.ana), KIND, rows["ben"])

    assert [(f.seat.role, f.because) for f in findings] == [
        ("team_leader", Because.REACHES),
        ("salesperson", Because.BEYOND),
    ]
    assert findings[0].sentence == (
        "The role Team leader in Team East may read with reach “team”, which includes this record."
    )


@pytest.mark.parametrize(
    ("who", "act", "because"),
    [
        ("cy", "read", Because.BEYOND),
        ("ana", "update", Because.NO_GRANT),
        ("fay", "read", Because.NO_GRANT),
        ("lee", "update", Because.REACHES),
    ],
)
def test_a_refusal_tells_what_is_missing(issued, cast, rows, actor, who, act, because):
    findings = policy.explain(actor(getattr(cast, who)), KIND, rows["ana"], act)

    assert [finding.because for finding in findings] == [because]


def test_a_wall_is_named_as_the_cause(rows, cast, actor):
    presets.grant(("salesperson", "procurement"), KIND, "read", "all")
    presets.wall("purchasing", [KIND], ["procurement"])
    policy_load_sample()

    assert policy.explain(actor(cast.ana), KIND, rows["ana"])[0].because is Because.WALL


def test_a_row_seen_with_its_parent_says_so(issued, cast, rows, actor):
    Territory.objects.filter(code="cy").update(parent=rows["ana"])
    child = Territory.objects.get(code="cy")

    findings = policy.explain(actor(cast.ana), KIND, child)

    assert findings[0].because is Because.PARENT
    assert findings[0].matches


def test_who_could_names_the_people_whose_reach_includes_the_row_nearest_first(issued, cast, rows):
    holders = policy.who_could(KIND, "read", rows["ana"])

    assert [(h.name, h.role) for h in holders] == [
        ("Ana", "salesperson"),
        ("Lee", "team_leader"),
        ("Dee", "sales_director"),
    ]
    assert [h.name for h in policy.who_could(KIND, "update", rows["cy"])] == []


def test_a_person_who_left_is_not_among_those_who_could(issued, cast, rows):
    directory.person_deactivate(person=cast.dee)

    assert "Dee" not in {h.name for h in policy.who_could(KIND, "read", rows["ana"])}


def test_a_refusal_speaks_the_readers_language(issued, cast, actor):
    verdict = policy.may(actor(cast.ana), "update", KIND)

    with translation.override("zh-hans"):
        assert verdict.who == ("销售主管",)
    assert verdict.who == ("Team leader",)
