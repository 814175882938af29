"""What the seats of an actor are granted at all, whatever the record: for menus and pages that ask about many kinds at once."""

from __future__ import annotations

from .actors import Actor
from .compiled import policy_in_force
from .engine import acts_needed
from .scopes import all_scopes


def granted(actor: Actor, act: str) -> frozenset[str]:
    """The kinds with some rows of which the actor may do the act; worked out once for the same seats."""
    if actor.is_system:
        return frozenset(scope.kind for scope in all_scopes())
    policy, needed = policy_in_force(), acts_needed(act)

    def found() -> frozenset[str]:
        kinds = (scope.kind for scope in all_scopes())
        reaches = policy.reaches
        return frozenset(k for k in kinds if all(reaches(actor.seats, k, one) for one in needed))

    return policy.kept(("granted", act, actor.seats), found)
