"""Whom a plan means where it names people: bound to persons when it is issued, so that a person who is called otherwise later is still meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q

from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.plan import PlanVersion as EngineVersion
from tonglu.compensation.core.model.rules import EVERYBODY, Mbo
from tonglu.compensation.core.shared import names_in, renamed
from tonglu.compensation.models import PlanMember, PlanVersion
from tonglu.compensation.neutral import payee_of, version_read
from tonglu.directory.models import Person

BOUND = "people"


def people_bound(row: PlanVersion) -> tuple[dict[str, int], list[str]]:
    """The persons that the shared components of a version name, and the names that nobody, or more than one, is called by."""
    names = names_in(version_read(row.definition)[1])
    kept = row.working.get(BOUND, {})
    found = {name: int(kept[name]) for name in names if name in kept}
    rest = names - set(found)
    if rest:
        found |= _looked_up(rest, set(_members(row).values_list("person_id", flat=True)))
    return found, sorted(names - set(found))


def persons_called(names: Iterable[str]) -> dict[str, Person]:
    """The persons of these names, where it is clear who that is."""
    found = _looked_up(names, set())
    people = Person.objects.in_bulk(found.values())
    return {name: people[pk] for name, pk in found.items()}


def in_person(
    row: PlanVersion, version: EngineVersion, first: date, last: date
) -> tuple[Component, ...]:
    """The components of a version with its people as the engine's payees; goals of everybody are those of its members in these days."""
    known, _missing = people_bound(row)
    on_plan: tuple[str, ...] | None = None
    found = []
    for component in version.components:
        one = renamed(component, lambda name: payee_of(known[name]) if name in known else name)
        if is_for_everybody(one):
            on_plan = on_plan or tuple(payee_of(pk) for pk in members_in(row, first, last))
            one = replace(one, payees=on_plan)
        found.append(one)
    return tuple(found)


def is_for_everybody(component: Component) -> bool:
    """Goals of everybody, where the plan does not say who that is."""
    rule = component.rule
    if not isinstance(rule, Mbo) or component.payees:
        return False
    return any(name == EVERYBODY for name, _ in rule.objectives)


def members_in(row: PlanVersion, first: date, last: date) -> list[int]:
    """Who was on the plan of a version on any of these days."""
    members = _members(row).filter(valid_from__lte=last).exclude(valid_until__lt=first)
    return sorted(set(members.values_list("person_id", flat=True)))


def _members(row: PlanVersion) -> Any:
    return PlanMember.objects.filter(plan_id=row.plan_id, deleted_at__isnull=True).order_by()


def _looked_up(names: Iterable[str], members: set[int]) -> dict[str, int]:
    """Persons by number, e-mail, employee number or name; of several of one name the one who is on the plan."""
    wanted = set(names)
    numbers = {int(name[1:]) for name in wanted if name[:1] == "p" and name[1:].isdecimal()}
    mails = Q()
    for name in wanted:
        mails |= Q(email__iexact=name)
    people = Person.objects.filter(
        Q(pk__in=numbers) | Q(name__in=wanted) | Q(employee_number__in=wanted) | mails
    )
    called: dict[str, set[int]] = {name: set() for name in wanted}
    for person in people:
        for name in _names_of(person) & wanted:
            called[name].add(person.pk)
        for name in wanted:
            if name.lower() == str(person.email).lower():
                called[name].add(person.pk)
    return _one_each(called, members)


def _names_of(person: Person) -> set[str]:
    return {payee_of(person.pk), str(person.name), str(person.employee_number or "")}


def _one_each(called: Mapping[str, set[int]], members: set[int]) -> dict[str, int]:
    found = {}
    for name, pks in called.items():
        candidates = pks if len(pks) == 1 else pks & members
        if len(candidates) == 1:
            (found[name],) = candidates
    return found
