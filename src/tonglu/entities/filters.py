"""Which fields a person may filter and sort by, and conditions as database filters under that rule.

A filter on a field is a question about it: whoever may not read the field may not ask. The same holds for a field of a related
record (`account.industry`): the actor must be allowed to read the link, the field there, and the related row itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tonglu import policy
from tonglu.kernel.condition import Condition, condition_fields, condition_parse
from tonglu.toolkit.conditions import condition_q

from .conditions import moment_of, spoken
from .fields import Field, field_of, fields_of
from .registry import entity_declared, entity_of
from .related import visible_rows

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .spec import Entity


def condition_filter(actor: Actor, entity: Entity, condition: Mapping[str, Any]) -> Q:
    """The condition as a filter; Invalid when it asks for a field that does not exist for this actor."""
    known = _Known(actor, entity)
    tree = condition_parse(spoken(condition), known)
    seen = reduce(Q.__and__, _related_seen(actor, entity, tree), Q())
    return condition_q(tree, entity.model, known, moment_of(actor)) & seen


def condition_read(actor: Actor, entity: Entity, condition: Mapping[str, Any]) -> Condition:
    """The condition as a tree, for telling it as a sentence."""
    return condition_parse(spoken(condition), _Known(actor, entity))


def readable_field(actor: Actor, entity: Entity, name: str) -> Field | None:
    """The field of that name, if it exists and the actor may read it."""
    return _Known(actor, entity)(name)


def may_read(actor: Actor, entity: Entity, name: str) -> bool:
    """Whether the actor may read a field, at every step of a dotted name."""
    if "." not in name or name.startswith("custom."):
        return policy.field_level(actor, entity.kind, name) is not policy.Level.HIDDEN
    head, tail = name.split(".", 1)
    link = fields_of(entity).get(head)
    if link is None or not may_read(actor, entity, head):
        return False
    return entity_declared(link.related) and may_read(actor, entity_of(link.related), tail)


class _Known:
    """The fields an actor may ask about: the closed map that names in a condition are looked up in."""

    def __init__(self, actor: Actor, entity: Entity) -> None:
        self.actor = actor
        self.entity = entity

    def __call__(self, name: str) -> Field | None:
        found = field_of(self.entity, name)
        return found if found is not None and may_read(self.actor, self.entity, name) else None


def _related_seen(actor: Actor, entity: Entity, tree: Condition) -> list[Q]:
    """For every related record that is asked about: that it is within sight, or that there is none."""
    links = {name.split(".")[0] for name in condition_fields(tree) if "." in name}
    fields = [found for name in sorted(links - {"custom"}) if (found := field_of(entity, name))]
    return [
        Q(**{f"{field.path}__isnull": True})
        | Q(**{f"{field.path}__in": visible_rows(actor, field.related).values("pk")})
        for field in fields
    ]
