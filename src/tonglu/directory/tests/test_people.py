"""People: one address each, and no session that outlives a change of rights."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tonglu.directory import selectors, services
from tonglu.directory.models import Deputy, Person, RoleAssignment
from tonglu.kernel.errors import DomainError, Invalid


def epoch_of(person):
    return Person.objects.values_list("epoch", flat=True).get(pk=person.pk)


def test_an_address_is_the_same_in_any_case_of_letters(cast):
    assert selectors.person_by_email("ANA@Example.com") == cast.ana
    with pytest.raises(Invalid):
        services.person_create(name="Another", email="Ana@EXAMPLE.com")


def test_many_people_may_have_no_address(db):
    for name in ("One", "Two"):
        services.person_create(name=name, email="")

    assert Person.objects.filter(email__isnull=True).count() == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda cast: services.role_assign(person=cast.ana, role="analyst"),
        lambda cast: services.role_withdraw(person=cast.ana, role="salesperson"),
        lambda cast: services.person_deactivate(person=cast.ana),
        lambda cast: services.person_epoch_bump(person_id=cast.ana.pk),
        lambda cast: Person.objects.filter(pk=cast.ana.pk).update(deleted_at=timezone.now()),
        lambda cast: RoleAssignment.objects.filter(person=cast.ana).delete(),
    ],
    ids=["role given", "role taken", "deactivated", "bumped", "trashed", "role deleted by SQL"],
)
def test_a_change_of_rights_counts_the_epoch_up(cast, change):
    before = epoch_of(cast.ana)

    change(cast)

    assert epoch_of(cast.ana) > before


def test_saving_an_old_copy_of_a_person_does_not_wind_the_epoch_back(cast):
    copy = Person.objects.get(pk=cast.ana.pk)
    services.person_epoch_bump(person_id=cast.ana.pk)
    now = epoch_of(cast.ana)

    copy.name = "Ana Maria"
    copy.save()

    assert epoch_of(cast.ana) == now


def test_giving_the_same_role_twice_changes_nothing(cast):
    services.role_assign(person=cast.ana, role="salesperson")

    assert RoleAssignment.objects.filter(person=cast.ana).count() == 1


def test_an_unknown_role_cannot_be_given(cast):
    with pytest.raises(DomainError):
        services.role_assign(person=cast.ana, role="wizard")


def test_a_deputy_acts_in_the_seats_of_the_absent_person_on_the_days_of_absence(cast):
    today = timezone.localdate()
    services.deputy_appoint(person=cast.lee, deputy=cast.ana, valid_from=today, valid_until=today)

    held = {(s.role, s.person_id, s.deputised) for s in selectors.seats_of(cast.ana.pk)}
    tomorrow = selectors.seats_of(cast.ana.pk, on=today + dt.timedelta(days=1))

    assert held == {("salesperson", cast.ana.pk, False), ("team_leader", cast.lee.pk, True)}
    assert {seat.role for seat in tomorrow} == {"salesperson"}
    assert selectors.deputy_of(cast.lee.pk) == cast.ana


def test_no_one_becomes_administrator_by_standing_in(cast):
    services.deputy_appoint(person=cast.ada, deputy=cast.ana, valid_from=timezone.localdate())

    assert {seat.role for seat in selectors.seats_of(cast.ana.pk)} == {"salesperson"}


def test_no_one_stands_in_for_themselves(cast):
    with pytest.raises(Invalid):
        services.deputy_appoint(person=cast.ana, deputy=cast.ana, valid_from=dt.date(2026, 1, 1))

    assert not Deputy.objects.exists()


def test_people_with_a_role_are_found_where_it_reaches(cast):
    found = selectors.people_with_role("sales_director", department_id=cast.east.pk)

    assert list(found) == [cast.dee]
    assert not selectors.people_with_role("team_leader", department_id=cast.west.pk).exists()
