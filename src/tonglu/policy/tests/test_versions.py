"""A policy is issued as a version, holds from a moment on, and never changes again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tonglu.kernel.errors import Denied, DomainError, Invalid
from tonglu.policy import presets, services
from tonglu.policy.compiled import policy_in_force
from tonglu.policy.models import FieldRule, PolicyVersion, Rule, State, Wall
from tonglu.policy.presets import policy_load_sample

from .conftest import KIND


@pytest.fixture
def first(cast, rows):
    """The first version: salespeople read their own."""
    presets.grant("salesperson", KIND, "read", "own", fields={"code": "hidden"})
    presets.wall("purchasing", ["directory.person"], ["administrator"])
    return policy_load_sample()


@pytest.mark.parametrize(
    "change",
    [
        lambda v: Rule.objects.filter(version=v).update(reach="all"),
        lambda v: Rule.objects.filter(version=v).delete(),
        lambda v: Rule.objects.create(version=v, role="x", kind=KIND, act="read", reach="all"),
        lambda v: FieldRule.objects.filter(version=v).update(level="write"),
        lambda v: Wall.objects.filter(version=v).delete(),
        lambda v: PolicyVersion.objects.filter(pk=v.pk).update(effective_from=timezone.now()),
        lambda v: PolicyVersion.objects.filter(pk=v.pk).update(state=State.DRAFT),
        lambda v: v.delete(),
    ],
)
def test_the_database_refuses_to_change_an_issued_version(first, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change(first)

    assert policy_in_force().reaches is not None
    assert first.rules.get(role="salesperson").reach == "own"


def test_editing_makes_the_next_version_and_the_old_one_stays(first, cast, actor, seen):
    ada = actor(cast.ada)

    draft = services.rule_set(actor=ada, role="salesperson", kind=KIND, act="read", reach="team")
    assert (draft.number, seen(cast.ana)) == (first.number + 1, "ana")
    services.draft_issue(actor=ada, note="Teams share")

    assert seen(cast.ana) == "ana ben lee"
    assert first.rules.get(role="salesperson").reach == "own"
    assert draft.field_rules.get().level == "hidden"
    assert draft.walls.get().kinds == ["directory.person"]


def test_a_version_holds_from_its_moment_on(first, cast, actor, seen):
    ada, later = actor(cast.ada), timezone.now() + dt.timedelta(days=3)
    services.rule_set(actor=ada, role="salesperson", kind=KIND, act="read", reach="all")

    services.draft_issue(actor=ada, effective_from=later)

    assert seen(cast.ana) == "ana"
    assert policy_in_force(at=later).number == first.number + 1
    assert policy_in_force(at=later - dt.timedelta(seconds=1)).number == first.number


def test_a_policy_cannot_take_effect_in_the_past(first, cast, actor):
    services.draft_open(actor=actor(cast.ada))

    with pytest.raises(Invalid):
        services.draft_issue(
            actor=actor(cast.ada), effective_from=timezone.now() - dt.timedelta(days=1)
        )

    assert policy_in_force().number == first.number


def test_only_who_may_manage_the_policy_edits_it(first, cast, actor):
    with pytest.raises(Denied):
        services.rule_set(
            actor=actor(cast.max), role="salesperson", kind=KIND, act="read", reach="all"
        )

    assert not PolicyVersion.objects.filter(state=State.DRAFT).exists()


def test_a_version_that_would_lock_everyone_out_of_the_policy_is_not_issued(first, cast, actor):
    ada = actor(cast.ada)
    services.rule_set(actor=ada, role="administrator", kind="policy", act="manage", reach="")

    with pytest.raises(DomainError, match="No one could manage"):
        services.draft_issue(actor=ada)

    services.draft_discard(actor=ada)
    assert PolicyVersion.objects.first() == first


@pytest.mark.parametrize(
    ("act", "reach"), [("read", "galaxy"), ("fly", "all"), ("read", "draft"), ("__class__", "own")]
)
def test_only_known_acts_and_reaches_enter_a_draft(first, cast, actor, act, reach):
    with pytest.raises(Invalid):
        services.rule_set(
            actor=actor(cast.ada), role="salesperson", kind=KIND, act=act, reach=reach
        )


def test_loading_the_sample_again_changes_nothing(first):
    assert policy_load_sample() == first
    assert PolicyVersion.objects.first() == first


def test_the_sample_grows_with_the_modules_but_not_over_an_edited_policy(first, cast, actor):
    presets.grant("salesperson", KIND, "update", "own")
    assert policy_load_sample().number == first.number + 1
    services.draft_open(actor=actor(cast.ada))
    services.draft_issue(actor=actor(cast.ada), note="ours")
    presets.grant("salesperson", KIND, "delete", "own")

    assert policy_load_sample().note == "ours"
    assert PolicyVersion.objects.first().note == "ours"
