"""What follows from the seats of an actor alone: for menus and pages that ask about many kinds at once, and for a row that tells by itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from django.db.models import Model

from .actors import Actor
from .compiled import CompiledPolicy, policy_in_force
from .engine import acts_needed, seat_reaches
from .scopes import all_scopes, scope_of
from .values import Reach

T = TypeVar("T")


def granted(actor: Actor, act: str) -> frozenset[str]:
    """The kinds with some rows of which the actor may do the act; worked out once for the same seats."""
    if actor.is_system:
        return frozenset(scope.kind for scope in all_scopes())
    needed = acts_needed(act)

    def found() -> frozenset[str]:
        kinds = (scope.kind for scope in all_scopes())
        reaches = policy_in_force().reaches
        return frozenset(k for k in kinds if all(reaches(actor.seats, k, one) for one in needed))

    return kept_for(actor, ("granted", act), found)


def kept_for(actor: Actor, key: Hashable, make: Callable[[], T]) -> T:
    """What follows from the policy in force and the actor's seats alone, worked out once; `key` says what it is."""
    return policy_in_force().kept((key, actor.is_system, actor.seats), make)


def sees_everything(actor: Actor, kind: str, *, under: CompiledPolicy | None = None) -> bool:
    """Whether the actor was granted to read all rows of the kind."""
    if actor.is_system or scope_of(kind) is None:
        return actor.is_system
    reaches = (under or policy_in_force()).reaches(actor.seats, kind, "read")
    return any(reach is Reach.ALL for _seat, reach in reaches)


def plainly_seen(actor: Actor, row: Model, *, under: CompiledPolicy | None = None) -> bool:
    """Whether the actor may read the row for its own owner or department, told from the row alone; False leaves other reasons open."""
    scope = scope_of(type(row))
    if actor.is_system or scope is None or "__" in f"{scope.owner} {scope.department}":
        return False
    reaches = (under or policy_in_force()).reaches(actor.seats, scope.kind, "read")
    return any(seat_reaches(scope, seat, reach, row) for seat, reach in reaches)
