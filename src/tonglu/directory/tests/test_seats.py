"""Seats are kept in memory between requests; whatever may change one makes them be read again at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tonglu.directory.models import Department, Deputy, Role, RoleAssignment
from tonglu.directory.selectors import seats_of
from tonglu.policy.testing import Cast


@pytest.mark.django_db(transaction=True)
def test_a_seat_is_read_once_and_again_when_anything_it_is_made_of_changes(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    before = seats_of(cast.ana.pk)
    with django_assert_num_queries(1):  # the epochs
        assert seats_of(cast.ana.pk) == before

    for change in _changes(cast):
        old = seats_of(cast.ana.pk)
        change()
        assert seats_of(cast.ana.pk) != old, change.__name__


def _changes(cast: Cast) -> list[Callable[[], object]]:
    today = timezone.localdate()
    other = Department.objects.create(name="Elsewhere")

    def stands_in() -> None:
        Deputy.objects.create(person=cast.cy, deputy=cast.ana, valid_from=today)

    def cy_moves() -> None:
        RoleAssignment.objects.filter(person=cast.cy).update(department=None)
        cast.cy.department = other
        cast.cy.save()

    def role_is_withdrawn() -> None:
        Role.objects.filter(code="salesperson").update(delegable=False)

    def assignment_ends() -> None:
        ended = today - timedelta(days=1)
        RoleAssignment.objects.filter(person=cast.ana).update(valid_from=ended, valid_until=ended)

    return [stands_in, cy_moves, role_is_withdrawn, assignment_ends]
