"""What may be done with a field, and walls that no grant opens."""

from __future__ import annotations

import pytest

from tonglu import policy
from tonglu.directory import services as directory
from tonglu.directory.models import Territory
from tonglu.policy import Level, presets
from tonglu.policy.presets import policy_load_sample

from .conftest import KIND


def test_a_field_is_hidden_from_whoever_may_not_read_the_record(cast, world, actor):
    policy_load_sample()

    assert policy.field_level(actor(cast.ana), KIND, "name") is Level.HIDDEN


@pytest.mark.parametrize(
    ("acts", "level"),
    [("read", Level.READ), (("read", "update"), Level.WRITE), (("read", "create"), Level.WRITE)],
)
def test_a_field_without_a_rule_follows_the_acts(cast, world, actor, acts, level):
    presets.grant("salesperson", KIND, acts)
    policy_load_sample()

    assert policy.field_level(actor(cast.ana), KIND, "name") is level


def test_a_field_rule_lowers_but_never_raises(cast, world, actor):
    presets.grant("salesperson", KIND, ("read", "update"), fields={"code": "read"})
    presets.grant("analyst", KIND, "read", "all", fields={"code": "write"})
    policy_load_sample()

    assert policy.field_level(actor(cast.ana), KIND, "code") is Level.READ
    assert policy.field_level(actor(cast.ali), KIND, "code") is Level.READ


def test_the_most_generous_role_decides_about_a_field(cast, world, actor):
    presets.grant("salesperson", KIND, "read", fields={"code": "hidden"})
    presets.grant("team_leader", KIND, ("read", "update"))
    policy_load_sample()
    assert policy.field_level(actor(cast.ana), KIND, "code") is Level.HIDDEN

    directory.role_assign(person=cast.ana, role="team_leader")

    assert policy.field_level(actor(cast.ana), KIND, "code") is Level.WRITE


def test_a_wall_closes_a_kind_to_every_grant_of_other_roles(cast, rows, seen, actor):
    presets.grant(("salesperson", "procurement"), KIND, ("read", "update"), "all")
    presets.wall("purchasing", [KIND], ["procurement"])
    policy_load_sample()

    assert seen(cast.ana) == ""
    assert policy.field_level(actor(cast.ana), KIND, "name") is Level.HIDDEN
    assert not policy.may(actor(cast.ana), "update", KIND)
    assert seen(cast.pat) == "ana ben cy dee lee max"


def test_behind_a_wall_only_the_seat_that_may_pass_counts(cast, rows, seen):
    presets.grant("salesperson", KIND, "read", "all")
    presets.grant("procurement", KIND, "read", "own")
    presets.wall("purchasing", [KIND], ["procurement"])
    policy_load_sample()

    directory.role_assign(person=cast.ana, role="procurement")

    assert seen(cast.ana) == "ana"


def test_a_wall_may_stand_around_a_single_field(cast, rows, actor):
    presets.grant(("salesperson", "procurement"), KIND, ("read", "update"), "all")
    presets.wall("prices", [f"{KIND}.external_id"], ["procurement"])
    policy_load_sample()

    assert policy.field_level(actor(cast.ana), KIND, "external_id") is Level.HIDDEN
    assert policy.field_level(actor(cast.ana), KIND, "name") is Level.WRITE
    assert policy.field_level(actor(cast.pat), KIND, "external_id") is Level.WRITE


def test_two_walls_must_both_be_passed(cast, rows, seen):
    presets.grant(("procurement", "finance"), KIND, "read", "all")
    presets.wall("one", [KIND], ["procurement", "finance"])
    presets.wall("two", [KIND], ["finance"])
    policy_load_sample()

    assert (seen(cast.pat), seen(cast.fay) != "") == ("", True)


def test_a_wall_also_stands_before_rows_that_would_be_seen_with_their_parent(cast, rows, seen):
    presets.grant(("salesperson", "procurement"), KIND, "read", "own")
    presets.wall("purchasing", [KIND], ["procurement"])
    policy_load_sample()
    Territory.objects.filter(code="max").update(parent=rows["ana"])

    assert seen(cast.ana) == ""
