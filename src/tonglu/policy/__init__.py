"""Who may do what with which rows and fields: data, versioned, default deny.

An *actor* is the person (or the system) on whose behalf something happens, with the *seats* they act from: a role held in a
department, by assignment or as a deputy. A *rule* of the policy version in force grants a role an *act* on a *kind* of record
with a *reach*: own, team, department (and below), all. A *field rule* hides a field or makes it read-only. A *wall* closes kinds
to every role it does not name, whatever is granted. A *scope* is how a module tells where its rows' owner and department stand.

    from tonglu import policy
    rows = policy.visible(actor, Opportunity.objects.all())
    policy.require(actor, "update", "sales.opportunity", row)

May import directory, toolkit and kernel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .actors import Actor, actor_of
    from .answers import explain, who_could
    from .engine import (
        Sight,
        field_level,
        may,
        require,
        sight,
        visible,
        visible_apart,
        visible_own,
    )
    from .grants import granted, kept_for, plainly_seen, sees_everything
    from .scopes import register, register_acts, scope_of
    from .values import Level, Reach, Scope, Strays, Verdict

_HOMES = {
    "Actor": "actors",
    "actor_of": "actors",
    "field_level": "engine",
    "granted": "grants",
    "kept_for": "grants",
    "may": "engine",
    "plainly_seen": "grants",
    "require": "engine",
    "sees_everything": "grants",
    "sight": "engine",
    "Sight": "engine",
    "visible": "engine",
    "visible_apart": "engine",
    "visible_own": "engine",
    "explain": "answers",
    "who_could": "answers",
    "register": "scopes",
    "register_acts": "scopes",
    "scope_of": "scopes",
    "Level": "values",
    "Reach": "values",
    "Scope": "values",
    "Strays": "values",
    "Verdict": "values",
}

__all__ = [
    "Actor",
    "Level",
    "Reach",
    "Scope",
    "Sight",
    "Strays",
    "Verdict",
    "actor_of",
    "explain",
    "field_level",
    "granted",
    "kept_for",
    "may",
    "plainly_seen",
    "register",
    "register_acts",
    "require",
    "scope_of",
    "sees_everything",
    "sight",
    "visible",
    "visible_apart",
    "visible_own",
    "who_could",
]


def __getattr__(name: str) -> Any:
    """The public names; fetched on first use, for Django imports this package before its models can be."""
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
