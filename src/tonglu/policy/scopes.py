"""The kinds the policy knows, each with its scope; modules register theirs at start-up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Model

from .values import Scope

_scopes: dict[str, Scope] = {}


def register(scope: Scope) -> None:
    """Make a kind known; a second scope for the same kind must be equal."""
    found = _scopes.get(scope.kind)
    if found is not None and found != scope:
        raise ValueError(f"{scope.kind} has two different scopes")
    _scopes[scope.kind] = scope


def register_acts(kind: str, acts: Iterable[str]) -> None:
    """Let a module above know the kind by more acts than its own module declares, such as invoicing an order."""
    scope = _scopes[kind]
    more = tuple(act for act in dict.fromkeys(acts) if act not in scope.acts)
    _scopes[kind] = replace(scope, acts=(*scope.acts, *more))


def scope_of(kind: str | type[Model]) -> Scope | None:
    """The scope of a kind or model, if it is known."""
    return _scopes.get(kind if isinstance(kind, str) else kind._meta.label_lower)


def all_scopes() -> tuple[Scope, ...]:
    """Every known kind, in the order of registration."""
    return tuple(_scopes.values())
