"""Records that may be the same as one being typed: found by the keys an entity declares, shown as far as the reader may see.

A key is compared in the normal form of search (`华辰（上海）` equals `华辰(上海)`), digits of phones from their end. A match out of
sight is never described: the reader learns that it exists and whom to ask, which is what stops two people calling one customer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Value
from django.db.models.functions import Right

from tonglu import policy
from tonglu.toolkit.search import Normal, normal, search_condition

from . import selectors
from .fields import Type, field_of

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .spec import Entity

Finder = Callable[["Actor", Mapping[str, str], int | None], "Duplicates"]
"""(actor, typed, but): what a module finds for its kind by rules of its own."""

MOST = 5
SHORTEST = 2
PHONE_DIGITS = 8


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """What was found: the rows the reader may see, how many others there are, and whom to ask about those."""

    visible: tuple[Any, ...] = ()
    hidden: int = 0
    ask: tuple[str, ...] = ()
    """Who could tell more of the hidden ones: roles, or the teams that hold them."""

    def __bool__(self) -> bool:
        return bool(self.visible or self.hidden)


_finders: dict[str, Finder] = {}


def register_finder(kind: str, finder: Finder) -> None:
    """Let a module find the duplicates of its kind; called once from its `apps.py`."""
    _finders[kind] = finder


def duplicates_of(
    actor: Actor, entity: Entity, typed: Mapping[str, str], *, but: int | None = None
) -> Duplicates:
    """The rows that what was typed may repeat, without the row `but` itself."""
    if entity.kind in _finders:
        return _finders[entity.kind](actor, typed, but)
    condition = _alike(entity, typed)
    if condition is None:
        return Duplicates()
    alike = entity.model._default_manager.filter(condition, deleted_at__isnull=True)
    if but is not None:
        alike = alike.exclude(pk=but)
    every = set(alike.order_by("pk").values_list("pk", flat=True)[: MOST * 4])
    visible = tuple(selectors.rows(actor, entity.kind).filter(pk__in=every)[:MOST])
    seen = selectors.rows(actor, entity.kind).filter(pk__in=every).count() if every else 0
    hidden = len(every) - seen
    return Duplicates(visible=visible, hidden=hidden, ask=_who_could(entity) if hidden else ())


def _alike(entity: Entity, typed: Mapping[str, str]) -> Q | None:
    found = Q()
    for name in entity.duplicate_keys:
        text = typed.get(name, "").strip()
        if len(normal(text)) >= SHORTEST:
            found |= _key(entity, name, text)
    return found or None


def _key(entity: Entity, name: str, text: str) -> Q:
    field = field_of(entity, name)
    if field is not None and field.type is Type.PHONE:
        return _phone(entity, name, text)
    if _is_searched(entity, name):
        return search_condition(entity.model, text)
    same = entity.model._default_manager.annotate(_key=Normal(name)).filter(
        _key=Normal(Value(text))
    )
    return Q(pk__in=same.values("pk"))


def _phone(entity: Entity, name: str, text: str) -> Q:
    digits = re.sub(r"\D", "", text)[-PHONE_DIGITS:]
    if len(digits) < PHONE_DIGITS:
        return Q(pk__in=[])
    if _is_searched(entity, name):
        return search_condition(entity.model, digits)
    same = entity.model._default_manager.annotate(_key=Right(Normal(name), PHONE_DIGITS)).filter(
        _key=digits
    )
    return Q(pk__in=same.values("pk"))


def _is_searched(entity: Entity, name: str) -> bool:
    """Whether the field is part of the search column, so that the index answers."""
    for one in entity.model._meta.get_fields():
        if one.name == "search":
            return name in getattr(one.expression, "fields", ())  # type: ignore[union-attr]
    return False


def _who_could(entity: Entity) -> tuple[str, ...]:
    """The roles that see more of this kind."""
    return policy.may(policy.Actor.anonymous(), "read", entity.kind).who
