"""What a deal pays whoever is above its sellers: their override, priced as signing would price it, on the sellers' plan and path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from tonglu.compensation.core.kinds.rollup import climbed
from tonglu.compensation.core.trace import Row
from tonglu.compensation.models import PlanVersion
from tonglu.compensation.neutral import payee_of, version_read
from tonglu.compensation.services.earning import (
    Deal,
    deal_neutral,
    rollups_of,
    rows_of,
    versions_for,
)
from tonglu.compensation.told import told_to
from tonglu.directory.selectors import managers_above, people_active, people_reporting_to
from tonglu.directory.signin.backend import beside


@dataclass(frozen=True, kw_only=True)
class Lift:
    """A version under which a deal pays somebody for being above its sellers, and those sellers."""

    version: PlanVersion
    sellers: frozenset[int]
    above: dict[int, list[int]]


def leads(person_id: int) -> bool:
    """Whether anybody reports to a person; for the person of a request it was read with the person, at no query of its own."""
    return bool(beside(person_id, "leads", lambda: people_reporting_to(person_id).exists()))


def leads_beside() -> Exists:
    """The same as an expression about a person."""
    return Exists(people_active().filter(manager_id=OuterRef("pk")))


def lifts_of(person_id: int, sellers: Iterable[int], day: date) -> list[Lift]:
    """The versions of the sellers' plans that pay a person an override on a deal of that day."""
    if not leads(person_id):
        return []
    above = {one: managers_above(one) for one in sorted(set(sellers))}
    if not any(person_id in path for path in above.values()):
        return []
    versions: dict[int, PlanVersion] = {}
    on: dict[int, set[int]] = {}
    for seller in above:
        for version in versions_for(seller, day):
            versions[version.pk] = version
            on.setdefault(version.pk, set()).add(seller)
    return [
        Lift(version=version, sellers=frozenset(on[pk]), above=above)
        for pk, version in sorted(versions.items())
        if _reaches(version, person_id, [above[one] for one in on[pk]])
    ]


def override_rows(lift: Lift, deal: Deal, person_id: int) -> list[Row]:
    """The rows of the override of one person, on top of what is recorded under the version."""
    credits = tuple(one for one in deal.credits if one[0] in lift.sellers)
    told = told_to(deal, version_read(lift.version.definition)[1])
    neutral = deal_neutral(deal, credits, "deal", lift.above, told)
    payee = payee_of(person_id)
    rows = rows_of(lift.version, neutral, set(lift.sellers))
    return [row for row in rows if row.payee == payee and row.kind == "rollup"]


def _reaches(version: PlanVersion, person_id: int, paths: list[list[int]]) -> bool:
    """Whether an override of the version climbs to a person on one of these paths."""
    payee = payee_of(person_id)
    return any(
        payee in climbed(rule, [payee_of(one) for one in path])
        for rule in rollups_of(version)
        for path in paths
    )
