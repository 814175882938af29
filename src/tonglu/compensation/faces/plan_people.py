"""Who is on which plan through a year, a page of people at a time; who sells and has no plan first, however many people there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tonglu.compensation.models import PayPlan, PlanMember, PlanVersion
from tonglu.compensation.policy_sample import PAYEES
from tonglu.directory.models import Person
from tonglu.directory.selectors import people_active, people_with_role
from tonglu.entities import selectors as entities
from tonglu.policy import Actor

PER_PAGE = 100
NAMED = 20
OFFERED = 200
SOLD_BY = frozenset(PAYEES) - {"presales", "service_engineer", "sales_director"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The day, a part of a name, and the number of the page."""

    on: date
    q: str = ""
    number: int = 1


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person and their memberships of the year."""

    person: Person
    members: tuple[PlanMember, ...]


@dataclass(frozen=True, kw_only=True)
class Roll:
    """The people of the page asked for, and the gaps of the day."""

    asked: Asked
    rows: tuple[Row, ...]
    people: int
    pages: int
    gaps: int
    named: tuple[Person, ...]
    without: tuple[Person, ...]
    no_version: tuple[PayPlan, ...]

    @property
    def gaps_unnamed(self) -> int:
        """How many people without a plan are not called by their names."""
        return self.gaps - len(self.named)

    @property
    def without_more(self) -> bool:
        """Whether more people have no plan than can be chosen at once."""
        return len(self.without) == OFFERED

    @property
    def first(self) -> int:
        """The number of the first person shown."""
        return (self.asked.number - 1) * PER_PAGE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last person shown."""
        return max(self.first + len(self.rows) - 1, 0)


def roll_of(who: Actor, asked: Asked) -> Roll:
    """The page of whoever keeps the plans."""
    members = _of_year(who, asked.on)
    held = members.filter(valid_from__lte=asked.on).exclude(valid_until__lt=asked.on)
    gaps = _payees().exclude(pk__in=held.values("person_id"))
    people = people_named(asked.q).filter(pk__in=members.values("person_id"))
    count = people.count()
    pages = max(-(-count // PER_PAGE), 1)
    number = min(max(asked.number, 1), pages)
    shown = people.order_by("name", "pk")[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Roll(
        asked=Asked(on=asked.on, q=asked.q, number=number),
        rows=tuple(_rows(list(shown), members)),
        people=count,
        pages=pages,
        gaps=gaps.count(),
        named=tuple(gaps.order_by("name", "pk")[:NAMED]),
        without=tuple(_named(gaps, asked.q).order_by("name", "pk")[:OFFERED]),
        no_version=tuple(_without_version(held, asked.on)),
    )


def people_named(q: str) -> QuerySet[Person]:
    """People whose name has this in it, those who have left included."""
    return _named(Person.objects.filter(deleted_at__isnull=True), q)


def _named(people: QuerySet[Person], q: str) -> QuerySet[Person]:
    wanted = q.strip()
    return people.filter(Q(name__icontains=wanted)) if wanted else people


def _of_year(who: Actor, on: date) -> QuerySet[PlanMember]:
    """The memberships that touch the year of the day."""
    found: QuerySet[PlanMember] = entities.rows(who, PlanMember)
    found = found.filter(valid_from__lte=date(on.year, 12, 31))
    return found.exclude(valid_until__lt=date(on.year, 1, 1)).order_by()


def _payees() -> QuerySet[Person]:
    """Whoever sells, and so should be on a plan."""
    selling = Q()
    for role in sorted(SOLD_BY):
        selling |= Q(pk__in=people_with_role(role).order_by().values("pk"))
    return people_active().filter(selling)


def _rows(people: Sequence[Person], members: QuerySet[PlanMember]) -> list[Row]:
    by_person: dict[int, list[PlanMember]] = {one.pk: [] for one in people}
    found = members.filter(person__in=people).select_related("plan").order_by("valid_from", "pk")
    for one in found:
        by_person[one.person_id].append(one)
    return [Row(person=one, members=tuple(by_person[one.pk])) for one in people]


def _without_version(held: QuerySet[PlanMember], on: date) -> QuerySet[PayPlan]:
    """Plans people are on that day, of which no version holds."""
    issued = PlanVersion.objects.filter(state=PlanVersion.State.ISSUED, effective_from__lte=on)
    return PayPlan.objects.filter(pk__in=held.values("plan_id")).exclude(
        pk__in=issued.values("plan_id")
    )
