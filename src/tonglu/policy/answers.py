"""Why do I see this, why not, and who could: the answers behind the page of that name."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _

from tonglu.directory.selectors import (
    Seat,
    assignments_today,
    department_label,
    people_active,
    role_label,
)

from .actors import Actor
from .compiled import CompiledPolicy, policy_in_force
from .engine import may, row_within, seat_reaches
from .scopes import scope_of
from .values import Reach, Scope, act_label


class Because(enum.Enum):
    """What a seat's rule comes to for the row."""

    REACHES = "reaches"
    PARENT = "parent"
    BEYOND = "beyond"
    WALL = "wall"
    NO_GRANT = "no_grant"
    KIND = "kind"
    """No record was asked about: the rule holds for the kind."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One seat, one act: whether its rule includes the row, and why or why not."""

    seat: Seat | None
    act: str
    reach: Reach | None
    because: Because

    @property
    def matches(self) -> bool:
        """Whether this finding allows the act."""
        return self.because in (Because.REACHES, Because.PARENT, Because.KIND)

    @property
    def sentence(self) -> str:
        """The finding in words, in the active language."""
        template = {
            Because.REACHES: _(
                "The role %(role)s in %(department)s may %(act)s with reach “%(reach)s”, "
                "which includes this record."
            ),
            Because.PARENT: _(
                "It belongs to another record that is within reach, and so it is too."
            ),
            Because.BEYOND: _(
                "The role %(role)s in %(department)s may %(act)s with reach “%(reach)s”, "
                "but this record lies beyond it."
            ),
            Because.WALL: _(
                "The role %(role)s stands before a wall around this kind of record, "
                "which no rule opens."
            ),
            Because.NO_GRANT: _("The role %(role)s has no rule to %(act)s this kind of record."),
            Because.KIND: _(
                "The role %(role)s in %(department)s may %(act)s this kind of record "
                "with reach “%(reach)s”."
            ),
        }[self.because]
        return template % {
            "role": self._role,
            "department": (department_label(self.seat.department_id) if self.seat else "") or "–",
            "act": act_label(self.act),
            "reach": self.reach.label if self.reach else "–",
        }

    @property
    def _role(self) -> str:
        if self.seat is None:
            return "–"
        named = role_label(self.seat.role)
        return _("%(role)s (as a deputy)") % {"role": named} if self.seat.deputised else named


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody who could do the act, and the role they could do it in."""

    person_id: int
    name: str
    role: str
    reach: Reach

    @property
    def role_label(self) -> str:
        """The role for people."""
        return role_label(self.role)


def explain(
    actor: Actor,
    kind: str,
    row: Model | None,
    act: str = "read",
    *,
    under: CompiledPolicy | None = None,
) -> list[Finding]:
    """What every seat of the actor has to say about the act on the row; those that allow it first."""
    scope, policy = scope_of(kind), under or policy_in_force()
    if scope is None:
        return []
    found = [
        finding for seat in actor.seats for finding in _seat_findings(policy, scope, seat, act, row)
    ]
    if not any(f.matches for f in found) and row is not None:
        found.extend(_around(policy, actor, act, kind, row))
    return sorted(found, key=lambda finding: not finding.matches)


def who_could(kind: str, act: str = "read", row: Model | None = None) -> list[Holder]:
    """The active people who may do the act on the row today, one entry per role they may do it in, whoever is nearest to it first."""
    scope, policy = scope_of(kind), policy_in_force()
    if scope is None:
        return []
    names = dict(people_active().values_list("pk", "name"))
    found: dict[tuple[int, str], Holder] = {}
    for seat in _seats_of_roles(policy.roles_granted(kind, act)):
        for _seat, reach in policy.reaches((seat,), kind, act):
            within = row is None or seat_reaches(scope, seat, reach, row)
            if within and seat.person_id in names:
                found[seat.person_id, seat.role] = Holder(
                    person_id=seat.person_id,
                    name=names[seat.person_id],
                    role=seat.role,
                    reach=reach,
                )
    return sorted(found.values(), key=lambda holder: (holder.reach, holder.name))


def _seat_findings(
    policy: CompiledPolicy, scope: Scope, seat: Seat, act: str, row: Model | None
) -> Iterator[Finding]:
    reaches = policy.reaches((seat,), scope.kind, act)
    if not reaches:
        walled = not policy.passes(seat.role, scope.kind)
        yield Finding(
            seat=seat, act=act, reach=None, because=Because.WALL if walled else Because.NO_GRANT
        )
    for _seat, reach in reaches:
        yield Finding(seat=seat, act=act, reach=reach, because=_because(scope, seat, reach, row))


def _because(scope: Scope, seat: Seat, reach: Reach, row: Model | None) -> Because:
    if row is None:
        return Because.KIND
    return Because.REACHES if seat_reaches(scope, seat, reach, row) else Because.BEYOND


def _around(
    policy: CompiledPolicy, actor: Actor, act: str, kind: str, row: Model
) -> Iterator[Finding]:
    if may(actor, act, kind, row, under=policy) or row_within(policy, actor, act, kind, row):
        yield Finding(seat=None, act=act, reach=None, because=Because.PARENT)


def _seats_of_roles(roles: tuple[str, ...]) -> Iterator[Seat]:
    rows = assignments_today().filter(role__code__in=roles)
    columns = ("role__code", "person_id", "department_id", "person__department_id")
    for role, person_id, department_id, home in rows.values_list(*columns):
        yield Seat(role=role, person_id=person_id, department_id=department_id or home)
