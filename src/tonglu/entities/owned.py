"""What a person owns, by kind: what is to be handed over when they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from tonglu import policy

from . import selectors
from .checks import condition_names
from .fields import field_of
from .filters import condition_filter, may_read
from .listing import Query
from .panels import Panel
from .registry import all_entities
from .spec import Entity

if TYPE_CHECKING:
    from tonglu.policy import Actor

PERSON = "directory.person"


@dataclass(frozen=True, kw_only=True)
class Owned:
    """So many records of a kind that are open and so many that are closed, and the lists of them."""

    entity: Entity
    open: int
    closed: int
    open_url: str
    closed_url: str


def owned_by(actor: Actor, person: Any) -> list[Owned]:
    """The visible records of a person in every kind with a list of its own whose owners the actor may read; one query."""
    kinds = {entity.kind: entity for entity in _kinds(actor)}
    counts = [_count(actor, entity, person) for entity in kinds.values()]
    if not counts:
        return []
    found = {
        (kind, is_closed): number
        for kind, is_closed, number in counts[0].union(*counts[1:], all=True)
    }
    return [
        _owned(actor, entity, person, found.get((kind, False), 0), found.get((kind, True), 0))
        for kind, entity in kinds.items()
        if found.keys() & {(kind, False), (kind, True)}
    ]


def _owned(actor: Actor, entity: Entity, person: Any, still: int, over: int) -> Owned:
    closed = _closed(actor, entity)
    return Owned(
        entity=entity,
        open=still,
        closed=over,
        open_url=_list_url(entity, person, {"not": closed} if closed else {}),
        closed_url=_list_url(entity, person, closed),
    )


def _list_url(entity: Entity, person: Any, condition: Mapping[str, Any]) -> str:
    query = Query(view="all", quick={"owner": (str(person.pk),)}, condition=dict(condition))
    return f"{entity.url()}?{query.encode()}"


def _closed(actor: Actor, entity: Entity) -> Mapping[str, Any]:
    """When a record of the kind is closed, for those who may read by what that is told; for others all are open."""
    if not all(may_read(actor, entity, name) for name in condition_names(entity.closed)):
        return {}
    return entity.closed


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


def _count(actor: Actor, entity: Entity, person: Any) -> QuerySet[Any, tuple[str, bool, int]]:
    named: QuerySet[Any] = selectors.rows(actor, entity.kind).filter(owner=person).order_by()
    closed = _closed(actor, entity)
    over = condition_filter(actor, entity, closed) if closed else Q(pk__isnull=True)
    grouped = named.annotate(
        kind_of=Value(entity.kind, CharField()),
        is_over=Case(When(over, then=Value(True)), default=Value(False)),
    ).values("kind_of", "is_over")
    counted: QuerySet[Any, tuple[str, bool, int]] = grouped.annotate(found=Count("pk")).values_list(
        "kind_of", "is_over", "found"
    )
    return counted


def _render(actor: Actor, person: Any) -> Mapping[str, Any]:
    owned = owned_by(actor, person)
    return {
        "open": [one for one in owned if one.open],
        "closed": [one for one in owned if one.closed],
        "has_left": not person.is_active,
    }


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
