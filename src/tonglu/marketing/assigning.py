"""Who gets a lead: the first active rule whose condition it meets, with the reason shown on the lead.

Rules are read in their order. A rule names a person, or a department whose people take turns or share by load; people who are not
active are passed over, and a rule that finds nobody leaves the lead to the next.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _

from tonglu.directory.memory import at_batch_end, remember_in_batch
from tonglu.directory.selectors import people_in, people_with_role

from .core.life import OPEN
from .core.turns import least_loaded, next_in_turn
from .matching import LEAD, row_meets
from .models import AssignmentRule, Lead

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tonglu.directory.models import Person

TAKERS = ("telesales", "salesperson", "team_leader")
"""The roles that take leads in turn, the first that anybody in the department holds."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Whom a rule gives the lead to, and why."""

    person: Person
    reason: str
    rule_id: int


def placement_find(lead: Lead) -> Placement | None:
    """The person the rules give this lead to; taking a turn is noted at once, under a lock."""
    for rule in remember_in_batch("marketing.assignment_rules", _rules):
        if row_meets(LEAD, lead, rule.condition):
            person = _person_of(rule)
            if person is not None:
                return Placement(person=person, reason=_reason(rule), rule_id=rule.pk)
    return None


def lead_counted(lead: Lead) -> None:
    """Note an open lead that is about to be stored, for the leads of the same batch."""
    if lead.owner_id is not None and lead.is_open:
        _counted()[lead.owner_id] += 1


def _counted() -> Counter[int]:
    return remember_in_batch("marketing.counted", lambda: Counter[int]())


def _rules() -> list[AssignmentRule]:
    found = AssignmentRule.objects.filter(active=True, deleted_at__isnull=True)
    return list(found.select_related("person", "team"))


def _person_of(rule: AssignmentRule) -> Person | None:
    match rule.method:
        case AssignmentRule.Method.PERSON:
            return rule.person if rule.person is not None and rule.person.is_active else None
        case AssignmentRule.Method.ROUND_ROBIN:
            return _in_turn(rule)
        case _:
            return _by_load(rule)


def _in_turn(rule: AssignmentRule) -> Person | None:
    locked = remember_in_batch(("marketing.turn", rule.pk), lambda: _locked(rule))
    people = _takers(rule)
    chosen = next_in_turn(list(people), locked.last_person_id)
    if chosen is None:
        return None
    locked.last_person_id = chosen
    kept = AssignmentRule.objects.filter(pk=rule.pk)
    at_batch_end(("marketing.turn", rule.pk), lambda: kept.update(last_person_id=chosen))
    return people[chosen]


def _locked(rule: AssignmentRule) -> AssignmentRule:
    return AssignmentRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)


def _by_load(rule: AssignmentRule) -> Person | None:
    people = _takers(rule)
    stored = remember_in_batch(("marketing.loads", rule.team_id), lambda: _loads(people))
    loads = {person: stored[person] + _counted()[person] for person in people}
    chosen = least_loaded(list(people), loads)
    return people[chosen] if chosen is not None else None


def _loads(people: Iterable[int]) -> dict[int, int]:
    """How many open leads each of the people has."""
    open_leads = Lead.objects.filter(status__in=OPEN, owner_id__in=people, deleted_at=None)
    return dict.fromkeys(people, 0) | dict(open_leads.values_list("owner_id").annotate(Count("pk")))


def _takers(rule: AssignmentRule) -> dict[int, Person]:
    """The people of the department who take leads; everybody there when nobody has such a role."""
    return remember_in_batch(("marketing.takers", rule.team_id), lambda: _takers_of(rule))


def _takers_of(rule: AssignmentRule) -> dict[int, Person]:
    assert rule.team_id is not None
    team = people_in([rule.team_id])
    for role in TAKERS:
        holders = set(people_with_role(role).values_list("pk", flat=True))
        found = _by_id(person for person in team if person.pk in holders)
        if found:
            return found
    return _by_id(team)


def _by_id(people: Iterable[Person]) -> dict[int, Person]:
    return {person.pk: person for person in people}


def _reason(rule: AssignmentRule) -> str:
    method = rule.get_method_display()
    return _("Rule “%(rule)s”: %(method)s") % {"rule": rule.name, "method": method}
