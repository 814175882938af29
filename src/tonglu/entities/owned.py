"""What a person owns, by kind: what is to be handed over when they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Count, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from tonglu import policy

from . import selectors
from .fields import field_of
from .filters import may_read
from .panels import Panel
from .registry import all_entities
from .spec import Entity

if TYPE_CHECKING:
    from tonglu.policy import Actor

PERSON = "directory.person"


@dataclass(frozen=True, kw_only=True)
class Owned:
    """So many records of a kind, and the list of them."""

    entity: Entity
    count: int
    list_url: str


def owned_by(actor: Actor, person: Any) -> list[Owned]:
    """The visible records of a person in every kind with a list of its own whose owners the actor may read; one query."""
    kinds = {entity.kind: entity for entity in _kinds(actor)}
    counts = [_count(actor, kind, person) for kind in kinds]
    if not counts:
        return []
    found = dict(counts[0].union(*counts[1:], all=True))
    return [
        Owned(
            entity=entity,
            count=found[kind],
            list_url=f"{entity.url()}?view=all&f.owner={person.pk}",
        )
        for kind, entity in kinds.items()
        if found.get(kind)
    ]


def _kinds(actor: Actor) -> list[Entity]:
    return [
        entity
        for entity in all_entities()
        if entity.menu
        and entity.editable
        and (field := field_of(entity, "owner")) is not None
        and field.related == PERSON
        and not field.readonly
        and policy.may(actor, "read", entity.kind)
        and may_read(actor, entity, "owner")
    ]


def _count(actor: Actor, kind: str, person: Any) -> QuerySet[Any, tuple[str, int]]:
    named: QuerySet[Any] = selectors.rows(actor, kind).filter(owner=person).order_by()
    grouped = named.annotate(kind_of=Value(kind, CharField())).values("kind_of")
    counted: QuerySet[Any, tuple[str, int]] = grouped.annotate(found=Count("pk")).values_list(
        "kind_of", "found"
    )
    return counted


def _render(actor: Actor, person: Any) -> Mapping[str, Any]:
    owned = owned_by(actor, person)
    return {"owned": owned, "has_left": bool(owned) and not person.is_active}


OWNED = Panel(
    on=PERSON,
    name="owned",
    title=_("Records they own"),
    render=_render,
    template="entities/panels/owned.html",
    icon="briefcase",
    side=True,
    order=20,
    allowed=lambda actor, _row: bool(_kinds(actor)),
)
