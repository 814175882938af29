"""A policy version in memory: which rules speak about a kind, which walls stand around it.

The versions and their moments are cached under the epoch `policy`, and so is each compiled version; which one is in force is
asked of the clock every time, so a version takes effect on the second.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.utils import timezone

from tonglu.directory.epochs import cached, epoch
from tonglu.directory.memory import remember
from tonglu.directory.selectors import Seat, department_tree

from .models import FieldRule, PolicyVersion, Rule, State, Wall
from .values import Level, Reach

T = TypeVar("T")
MOST_KEPT = 10_000


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One rule: a role (any when empty) within a department (any when None) has this reach."""

    role: str
    reach: Reach
    department_id: int | None = None

    def speaks_of(self, seat: Seat) -> bool:
        """Whether the grant, which is for the role of this seat, is for somebody sitting there."""
        if self.department_id is None:
            return True
        branch = department_tree().get(self.department_id)
        return branch is not None and seat.department_id in branch.below


@dataclass(frozen=True, kw_only=True)
class CompiledPolicy:
    """All rules of one version, by what they are asked about."""

    number: int = 0
    grants: dict[tuple[str, str], tuple[Grant, ...]] = field(default_factory=dict)
    fields: dict[tuple[str, str], dict[str, Level]] = field(default_factory=dict)
    walls: dict[str, frozenset[str]] = field(default_factory=dict)
    _kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    _levels: dict[tuple[frozenset[str], str, str], Level] = field(
        default_factory=dict, compare=False, repr=False
    )
    _heard: dict[tuple[str, str, str], tuple[Grant, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What follows from this version and the tree of departments alone, worked out once; `key` says for whom."""
        key = (epoch("departments"), key)
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = make()
        return cast(T, self._kept[key])

    def grants_for(self, kind: str, act: str) -> tuple[Grant, ...]:
        """The grants of an act on a kind, to anybody."""
        return self.grants.get((kind, act), ())

    def passes(self, role: str, name: str) -> bool:
        """Whether the role may pass the walls around a kind, or around a field named "kind.field"."""
        allowed = self.walls.get(name)
        return allowed is None or role in allowed

    def reaches(self, seats: tuple[Seat, ...], kind: str, act: str) -> list[tuple[Seat, Reach]]:
        """What each seat is granted; seats before a wall are not heard."""
        return [
            (seat, grant.reach)
            for seat in seats
            for grant in self._heard_by(seat.role, kind, act)
            if grant.speaks_of(seat)
        ]

    def _heard_by(self, role: str, kind: str, act: str) -> tuple[Grant, ...]:
        """The grants of an act on a kind that a role may hear, worked out once."""
        asked = (role, kind, act)
        if asked not in self._heard:
            grants = self.grants_for(kind, act) if self.passes(role, kind) else ()
            self._heard[asked] = tuple(one for one in grants if one.role in ("", role))
        return self._heard[asked]

    def roles_granted(self, kind: str, act: str) -> tuple[str, ...]:
        """The roles that hold any grant of the act on the kind, behind no wall."""
        named = dict.fromkeys(grant.role for grant in self.grants_for(kind, act))
        return tuple(role for role in named if role and self.passes(role, kind))

    def level(self, roles: frozenset[str], kind: str, name: str) -> Level:
        """The most generous level any of the roles has for a field; worked out once for each set of roles."""
        asked = (roles, kind, name)
        if asked not in self._levels:
            self._levels[asked] = self._level(roles, kind, name)
        return self._levels[asked]

    def _level(self, roles: frozenset[str], kind: str, name: str) -> Level:
        readers = [role for role in roles if self._role_granted(role, kind, "read")]
        return max((self.role_level(role, kind, name) for role in readers), default=Level.HIDDEN)

    def role_level(self, role: str, kind: str, name: str) -> Level:
        """What a role that may read the kind may do with a field of it."""
        if not self.passes(role, f"{kind}.{name}"):
            return Level.HIDDEN
        writes = any(self._role_granted(role, kind, act) for act in ("update", "create"))
        most = Level.WRITE if writes else Level.READ
        return min(most, self.fields.get((kind, name), {}).get(role, most))

    def _role_granted(self, role: str, kind: str, act: str) -> bool:
        return self.passes(role, kind) and any(
            grant.role in ("", role) for grant in self.grants_for(kind, act)
        )


def policy_in_force(at: dt.datetime | None = None) -> CompiledPolicy:
    """The version that holds at the moment (now when none is given); an empty one, which denies all, before the first."""
    if at is None:
        return remember("policy_in_force", lambda: _in_force(timezone.now()))
    return _in_force(at)


def _in_force(moment: dt.datetime) -> CompiledPolicy:
    current = [id_ for effective, _number, id_ in _issued() if effective <= moment]
    return policy_compiled(current[-1]) if current else CompiledPolicy()


def policy_compiled(version_id: int) -> CompiledPolicy:
    """An issued version, compiled once."""
    return cached("policy", lambda: policy_compile(version_id), key=str(version_id))


def policy_compile(version_id: int) -> CompiledPolicy:
    """Any version, drafts included, compiled from its rows."""
    return CompiledPolicy(
        number=PolicyVersion.objects.values_list("number", flat=True).get(pk=version_id),
        grants=_grants(version_id),
        fields=_fields(version_id),
        walls=_walls(version_id),
    )


def _issued() -> list[tuple[dt.datetime, int, int]]:
    return cached("policy", _issued_load)


def _issued_load() -> list[tuple[dt.datetime, int, int]]:
    rows = PolicyVersion.objects.filter(state=State.ISSUED).order_by("effective_from", "number")
    moments = rows.values_list("effective_from", "number", "pk")
    return [(moment, number, id_) for moment, number, id_ in moments if moment is not None]


def _grants(version_id: int) -> dict[tuple[str, str], tuple[Grant, ...]]:
    found: dict[tuple[str, str], list[Grant]] = {}
    for rule in Rule.objects.filter(version_id=version_id):
        grant = Grant(role=rule.role, reach=Reach.of(rule.reach), department_id=rule.department_id)
        found.setdefault((rule.kind, rule.act), []).append(grant)
    return {key: tuple(grants) for key, grants in found.items()}


def _fields(version_id: int) -> dict[tuple[str, str], dict[str, Level]]:
    found: dict[tuple[str, str], dict[str, Level]] = {}
    for rule in FieldRule.objects.filter(version_id=version_id):
        found.setdefault((rule.kind, rule.field), {})[rule.role] = Level.of(rule.level)
    return found


def _walls(version_id: int) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for wall in Wall.objects.filter(version_id=version_id):
        for name in wall.kinds:
            found[name] = found.get(name, frozenset(wall.roles)) & frozenset(wall.roles)
    return found
