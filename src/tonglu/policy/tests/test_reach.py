"""Which rows a person may act on: own, team, department and below, all; and nothing without a grant."""

from __future__ import annotations

import datetime as dt
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tonglu import policy
from tonglu.directory import services as directory
from tonglu.directory.memory import memory
from tonglu.directory.models import Territory
from tonglu.kernel.errors import Denied, NotFound
from tonglu.policy import among, engine, presets, services
from tonglu.policy.actors import Actor
from tonglu.policy.compiled import CompiledPolicy, Grant
from tonglu.policy.presets import policy_load_sample

from .conftest import KIND

EVERYONE = "ana ben cy dee lee max"


def issue(*grants):
    for role, acts, reach in grants:
        presets.grant(role, KIND, acts, reach)
    return policy_load_sample()


def test_without_a_rule_nothing_is_visible_and_nothing_is_allowed(cast, rows, seen, actor):
    assert seen(cast.max) == ""
    assert not policy.may(actor(cast.max), "create", KIND)
    with pytest.raises(Denied):
        policy.require(actor(cast.max), "create", KIND)


def test_a_person_who_is_not_signed_in_sees_nothing(rows):
    issue(("salesperson", "read", "all"))

    assert not policy.visible(Actor.anonymous(), Territory.objects.all()).exists()


def test_the_system_may_do_everything(rows):
    assert policy.visible(Actor.system(), Territory.objects.all()).count() == len(rows)
    assert policy.may(Actor.system(), "delete", KIND, rows["ana"])


@pytest.mark.parametrize(
    ("reach", "ana", "lee", "dee"),
    [
        ("own", "ana", "lee", "dee"),
        ("team", "ana ben lee", "ana ben lee", "dee"),
        ("department", "ana ben lee", "ana ben lee", "ana ben cy dee lee"),
        ("all", EVERYONE, EVERYONE, EVERYONE),
    ],
)
def test_reach_is_measured_from_the_department_of_the_role(cast, rows, seen, reach, ana, lee, dee):
    issue((("salesperson", "team_leader", "sales_director"), "read", reach))

    assert (seen(cast.ana), seen(cast.lee), seen(cast.dee)) == (ana, lee, dee)


def test_several_roles_unite_and_each_is_measured_from_its_own_department(cast, rows, seen):
    issue(("salesperson", "read", "own"), ("team_leader", "read", "team"))

    directory.role_assign(person=cast.ana, role="team_leader", department=cast.west)

    assert seen(cast.ana) == "ana cy"


@pytest.mark.parametrize("reach", ["own", "department", "all"])
@pytest.mark.parametrize("act", ["read", "update"])
def test_ones_own_rows_are_those_one_may_act_on_and_owns(cast, rows, actor, reach, act):
    issue(("salesperson", "read", reach), ("team_leader", ("read", "update"), reach))
    directory.deputy_appoint(person=cast.lee, deputy=cast.ana, valid_from=timezone.localdate())
    directory.deputy_appoint(person=cast.max, deputy=cast.lee, valid_from=timezone.localdate())
    every = Territory.objects.all()

    for person in (cast.ana, cast.lee, cast.cy, cast.max):
        reader = actor(person)
        wanted = policy.visible(reader, every, act).filter(owner_id__in=reader.own_ids)
        assert set(policy.visible_own(reader, every, act)) == set(wanted), person
    assert not policy.visible_own(actor(cast.max), every).exists()
    assert policy.visible_own(actor(cast.ana), every).count() == 2
    assert not policy.visible_own(Actor.anonymous(), every).exists()


def test_a_deputy_sees_what_the_absent_person_sees_and_only_while_absent(cast, rows, seen):
    issue(("salesperson", "read", "own"))
    today = timezone.localdate()

    deputy = directory.deputy_appoint(person=cast.cy, deputy=cast.ana, valid_from=today)

    assert seen(cast.ana) == "ana cy"
    deputy.deleted_at = timezone.now()
    deputy.save()
    assert seen(cast.ana) == "ana"


def test_a_role_that_ended_yesterday_reaches_nothing(cast, rows, seen):
    issue(("salesperson", "read", "own"))
    yesterday = timezone.localdate() - dt.timedelta(days=1)

    cast.ana.assignments.update(valid_until=yesterday)

    assert seen(cast.ana) == ""


def test_a_person_who_left_sees_nothing(cast, rows, seen):
    issue(("salesperson", "read", "all"))

    directory.person_deactivate(person=cast.ana)

    assert seen(cast.ana) == ""


def test_when_a_team_moves_its_rows_move_with_it(cast, rows, seen):
    issue(("sales_director", "read", "department"))

    directory.department_move(department=cast.west, parent=cast.office)

    assert seen(cast.dee) == "ana ben dee lee"


def test_acts_other_than_reading_are_possible_only_on_rows_that_may_be_read(
    cast, rows, seen, actor
):
    issue(("salesperson", "read", "own"), ("salesperson", "update", "all"))

    assert seen(cast.ana, "update") == "ana"
    with pytest.raises(NotFound):
        policy.require(actor(cast.ana), "update", KIND, rows["ben"])


def test_a_visible_row_that_may_not_be_changed_is_denied_with_the_roles_that_could(
    cast, rows, actor
):
    issue(("salesperson", "read", "team"), (("salesperson", "team_leader"), "update", "own"))

    with pytest.raises(Denied) as refused:
        policy.require(actor(cast.ana), "update", KIND, rows["ben"])

    assert "beyond your reach" in str(refused.value)
    assert "Salesperson, Team leader" in str(refused.value.next_step)


def test_few_rows_are_told_from_many_by_the_statistics_read_once_for_all(
    cast, rows, django_assert_num_queries, monkeypatch
):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE directory_territory")
    monkeypatch.setattr(among, "_known", (0.0, {}))
    everybody = {row.owner_id for row in rows.values()}

    with django_assert_num_queries(1):
        mine = among.are_few("directory_territory", {"owner_id": {cast.ana.pk}}, most=3)
        all_of_them = among.are_few("directory_territory", {"owner_id": everybody}, most=3)

    assert (mine, all_of_them) == (True, False)


def test_a_row_is_visible_with_its_parent(cast, rows, seen):
    issue(("salesperson", "read", "own"))
    Territory.objects.filter(code="max").update(parent=rows["ana"])

    assert seen(cast.ana) == "ana max"


def test_a_rule_may_hold_in_one_department_only(cast, rows, seen, actor):
    policy_load_sample()
    services.rule_set(
        actor=actor(cast.ada), role="salesperson", kind=KIND, act="read", reach="own",
        department_id=cast.west.pk,
    )  # fmt: skip
    services.draft_issue(actor=actor(cast.ada))

    assert (seen(cast.ana), seen(cast.cy)) == ("", "cy")


def test_the_filter_is_on_indexed_columns_and_absent_when_all_is_granted(cast, rows, actor):
    issue(("salesperson", "read", "department"), ("analyst", "read", "all"))

    narrow = str(policy.visible(actor(cast.ana), Territory.objects.all()).query)
    wide = str(policy.visible(actor(cast.ali), Territory.objects.all()).query)

    assert f'"owner_id" IN ({cast.ana.pk})' in narrow
    assert f'"department_id" IN ({cast.east.pk})' in narrow
    assert "WHERE" not in wide


def test_a_question_costs_two_queries_once_the_policy_is_in_memory(
    cast, rows, actor, django_assert_num_queries
):
    issue(("salesperson", "read", "team"))
    ana = actor(cast.ana)
    policy.may(ana, "read", KIND, rows["ben"])

    with memory(), django_assert_num_queries(1):
        for row in rows.values():
            policy.may(ana, "read", KIND, row)
            policy.may(ana, "update", KIND, row)


REACHES = st.sampled_from(["", "own", "team", "department", "all"])
SALES = ("salesperson", "team_leader", "sales_director", "managing_director")


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    reads=st.tuples(*[REACHES] * 4),
    updates=st.tuples(*[REACHES] * 4),
    parents=st.permutations(["ana", "ben", "cy", "dee", "lee", "max"]),
    walled=st.booleans(),
    few=st.booleans(),
)
def test_the_list_and_the_single_row_always_agree(
    cast, rows, actor, reads, updates, parents, walled, few
):
    grants = _grants("read", reads) | _grants("update", updates)
    walls = {KIND: frozenset({"salesperson", "sales_director"})} if walled else {}
    under = CompiledPolicy(grants=grants, walls=walls)
    Territory.objects.update(parent=None)
    for child, parent in zip(parents[::2], parents[1::2], strict=True):
        Territory.objects.filter(code=child).update(parent=rows[parent])

    for person in (cast.ana, cast.ben, cast.cy, cast.lee, cast.dee, cast.max):
        judge = actor(person)
        for act in ("read", "update"):
            with mock.patch.object(engine, "are_few", return_value=few):
                seen = policy.visible(judge, Territory.objects.all(), act, under=under)
            listed = set(seen)
            single = {
                row
                for row in Territory.objects.all()
                if policy.may(judge, act, KIND, row, under=under)
            }
            assert listed == single
            if act == "read":
                assert_shortcuts_hold(judge, listed, under)


def assert_shortcuts_hold(judge, listed, under):
    """What is told from the row alone, or for all rows at once, is never more than what is seen."""
    rows = set(Territory.objects.all())
    plain = {row for row in rows if policy.plainly_seen(judge, row, under=under)}

    assert plain <= listed
    assert rows == listed or not policy.sees_everything(judge, KIND, under=under)


def _grants(act, reaches):
    held = tuple(
        Grant(role=role, reach=policy.Reach.of(reach))
        for role, reach in zip(SALES, reaches, strict=True)
        if reach
    )
    return {(KIND, act): held}
