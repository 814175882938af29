"""Reads of the directory that other modules may use.

The tree of departments is small, asked for by every permission check and rarely changed: it is kept in memory under the
epoch `departments`. People and their assignments are read live.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from .core.worktime import WorkCalendar
from .epochs import cached
from .memory import remember
from .models import Calendar, Department, Deputy, Person, Role, RoleAssignment
from .models.named import label_of

MOST_SEATS = 10_000
"""Of so many people at most the seats are kept in memory."""


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One department in the tree: its name, its place, and the ids of itself and everything below."""

    id: int
    parent_id: int | None
    depth: int
    name: str
    name_zh: str
    manager_id: int | None
    calendar_id: int | None
    below: frozenset[int]

    @property
    def label(self) -> str:
        """The name in the active language."""
        return label_of(self.name, self.name_zh)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A role somebody holds in a department, by assignment or as a deputy of its holder."""

    role: str
    person_id: int
    department_id: int | None
    deputised: bool = False


@dataclass(frozen=True, kw_only=True)
class RoleName:
    """A role by its code, with its names."""

    code: str
    name: str
    name_zh: str

    @property
    def label(self) -> str:
        """The name in the active language."""
        return label_of(self.name, self.name_zh)


def department_tree() -> dict[int, Branch]:
    """Every department by id, in the order of the tree."""
    return cached("departments", _tree_load)


def department_below(ids: Iterable[int]) -> frozenset[int]:
    """The departments and everything below them."""
    tree = department_tree()
    return frozenset().union(*(tree[id_].below for id_ in ids if id_ in tree))


def department_above(id_: int | None) -> tuple[int, ...]:
    """The department and those it is part of, nearest first."""
    tree, chain = department_tree(), []
    while id_ is not None and id_ in tree and id_ not in chain:
        chain.append(id_)
        id_ = tree[id_].parent_id
    return tuple(chain)


def department_label(id_: int | None) -> str:
    """The name of the department in the active language, or nothing."""
    branch = department_tree().get(id_) if id_ is not None else None
    return branch.label if branch else ""


def department_of(person_id: int) -> int | None:
    """The department of a person, looked up once per request."""
    people = Person.objects.filter(pk=person_id).order_by()
    return remember(
        ("directory.department_of", person_id),
        lambda: people.values_list("department_id", flat=True).first(),
    )


def people_active() -> QuerySet[Person]:
    """People who work here now."""
    return Person.objects.filter(is_active=True, deleted_at__isnull=True)


def people_in(department_ids: Iterable[int]) -> QuerySet[Person]:
    """Active people of these departments and everything below them."""
    return people_active().filter(department_id__in=department_below(department_ids))


def people_with_role(role: str, *, department_id: int | None = None) -> QuerySet[Person]:
    """Active people who hold the role today, in that department or one above it when given."""
    held = assignments_today().filter(role__code=role)
    if department_id is not None:
        above = department_above(department_id)
        held = held.filter(
            Q(department_id__in=above) | Q(department__isnull=True, person__department_id__in=above)
        )
    return people_active().filter(pk__in=held.values("person_id"))


_ABOVE = """
    WITH RECURSIVE above (id, manager_id, is_active, steps, seen) AS (
        SELECT id, manager_id, is_active, 0, ARRAY[id] FROM directory_person WHERE id = %s
        UNION ALL
        SELECT p.id, p.manager_id, p.is_active, steps + 1, seen || p.id
        FROM above JOIN directory_person p ON p.id = above.manager_id WHERE p.id <> ALL (seen)
    )
    SELECT id FROM above WHERE steps > 0 AND is_active ORDER BY steps
"""


def managers_above(person_id: int) -> list[int]:
    """The active people above a person, the nearest first; a circle is walked once."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [person_id])
        return [pk for (pk,) in cursor.fetchall()]


def people_reporting_to(person_id: int) -> QuerySet[Person]:
    """Active people whose manager is this person."""
    return people_active().filter(manager_id=person_id)


def people_names(ids: Iterable[int]) -> dict[int, str]:
    """The names of people, also of those who left."""
    return dict(Person.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def person_by_email(email: str) -> Person | None:
    """The person who signs in with that address, in any case of letters."""
    return Person.objects.filter(email=email, deleted_at__isnull=True).first()


def person_by_id(id_: int) -> Person | None:
    """The person, also after they left."""
    return Person.objects.filter(pk=id_).first()


def roles_all() -> tuple[RoleName, ...]:
    """Every role, by code."""
    return cached("roles", _roles_load)


def role_label(code: str) -> str:
    """The name of the role in the active language; its code when the role is unknown."""
    return next((role.label for role in roles_all() if role.code == code), code)


def assignments_today(on: dt.date | None = None) -> QuerySet[RoleAssignment]:
    """Assignments that hold on the day (today when none is given)."""
    return RoleAssignment.objects.filter(_holds(on), deleted_at__isnull=True)


def deputies_today(on: dt.date | None = None) -> QuerySet[Deputy]:
    """Who stands in for whom on the day (today when none is given)."""
    return Deputy.objects.filter(_holds(on), deleted_at__isnull=True, person__deleted_at=None)


def deputy_of(person_id: int, on: dt.date | None = None) -> Person | None:
    """Who stands in for this person, if anyone does."""
    row = deputies_today(on).filter(person_id=person_id, deputy__is_active=True).first()
    return row.deputy if row else None


def seats_of(person_id: int, on: dt.date | None = None) -> tuple[Seat, ...]:
    """The roles a person acts in: their own, and the delegable ones of those they stand in for.

    They are kept until the tables change, but not within a transaction, which may see what is never committed.
    """
    day = on or timezone.localdate()
    if connection.in_atomic_block:
        return _seats_load(person_id, day)
    kept = cached("seats", dict[tuple[int, dt.date], tuple[Seat, ...]])
    if len(kept) > MOST_SEATS:
        kept.clear()
    if (person_id, day) not in kept:
        kept[person_id, day] = _seats_load(person_id, day)
    return kept[person_id, day]


def _seats_load(person_id: int, on: dt.date) -> tuple[Seat, ...]:
    stands_in_for = deputies_today(on).filter(deputy_id=person_id).values("person_id")
    rows = (
        assignments_today(on)
        .filter(
            Q(person_id=person_id) | Q(person_id__in=stands_in_for, role__delegable=True),
            role__deleted_at__isnull=True,
        )
        .values_list("role__code", "person_id", "department_id", "person__department_id")
        .order_by("pk")
    )
    return tuple(
        Seat(
            role=role,
            person_id=holder,
            department_id=department or home,
            deputised=holder != person_id,
        )
        for role, holder, department, home in rows
    )


def calendar_default() -> WorkCalendar:
    """The calendar marked as default; Monday to Friday, 9 to 18 with an hour's break, when there is none."""
    found = [c for c in _calendars().values() if c.is_default]
    return found[0] if found else WorkCalendar.office()


def calendar_by_id(id_: int | None) -> WorkCalendar:
    """The calendar, or the default one."""
    return _calendars().get(id_ or 0) or calendar_default()


def calendar_of_department(id_: int | None) -> WorkCalendar:
    """The calendar by which the department works: its own, the nearest above it, or the default one."""
    tree, calendars = department_tree(), _calendars()
    named = (tree[above].calendar_id for above in department_above(id_))
    return next((calendars[one] for one in named if one in calendars), None) or calendar_default()


def _holds(on: dt.date | None) -> Q:
    day = on or timezone.localdate()
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
        Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    )


def _tree_load() -> dict[int, Branch]:
    rows = list(Department.objects.order_by("name", "pk"))
    children: dict[int | None, list[Department]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    tree: dict[int, Branch] = {}
    for root in children.get(None, ()):
        _branch_add(tree, root, children, 0)
    return tree


def _branch_add(
    tree: dict[int, Branch],
    row: Department,
    children: dict[int | None, list[Department]],
    depth: int,
) -> frozenset[int]:
    mine: dict[int, Branch] = {}
    below = frozenset({row.pk}).union(
        *(_branch_add(mine, child, children, depth + 1) for child in children.get(row.pk, ()))
    )
    tree[row.pk] = Branch(
        id=row.pk,
        parent_id=row.parent_id,
        depth=depth,
        name=row.name,
        name_zh=row.name_zh,
        manager_id=row.manager_id,
        calendar_id=row.calendar_id,
        below=below,
    )
    tree.update(mine)
    return below


def _roles_load() -> tuple[RoleName, ...]:
    rows: Sequence[Role] = list(Role.objects.filter(deleted_at__isnull=True).order_by("pk"))
    return tuple(RoleName(code=r.code, name=r.name, name_zh=r.name_zh) for r in rows)


def _calendars() -> dict[int, WorkCalendar]:
    return cached("calendars", _calendars_load)


def _calendars_load() -> dict[int, WorkCalendar]:
    rows = Calendar.objects.filter(deleted_at__isnull=True).prefetch_related("hours", "holidays")
    return {
        row.pk: WorkCalendar.of(
            timezone=row.timezone,
            is_default=row.is_default,
            hours=[(h.weekday, h.starts, h.ends) for h in row.hours.all() if not h.deleted_at],
            days=[(d.day, d.is_worked) for d in row.holidays.all() if not d.deleted_at],
        )
        for row in rows
    }
