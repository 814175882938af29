"""Every declared entity, in the order its module registered it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Model

from tonglu import policy
from tonglu.audit.triggers import track_lines
from tonglu.kernel.errors import NotFound

from .spec import Entity, Verb

_by_kind: dict[str, Entity] = {}
_by_slug: dict[str, Entity] = {}


def register(*entities: Entity) -> None:
    """Declare entities; called once per module from its `apps.py`."""
    for entity in entities:
        if entity.kind in _by_kind or entity.slug in _by_slug:
            raise ValueError(f"{entity.kind} ({entity.slug}) is declared twice")
        _by_kind[entity.kind] = entity
        _by_slug[entity.slug] = entity
        policy.register(_scope(entity))
        for lines in entity.lines:
            link: Any = lines.model._meta.get_field(lines.parent)
            track_lines(lines.model, entity.model, link.column)


def register_verbs(kind: str, *verbs: Verb) -> None:
    """Acts that a module adds to the records of a module below it, such as making an invoice of an order."""
    entity = _by_kind[kind]
    taken = {verb.name for verb in entity.verbs} & {verb.name for verb in verbs}
    if taken:
        raise ValueError(f"{kind} has two acts named {sorted(taken)[0]}")
    grown = replace(entity, verbs=(*entity.verbs, *verbs))
    _by_kind[kind] = _by_slug[entity.slug] = grown
    policy.register_acts(kind, (verb.act for verb in verbs))


def all_entities() -> tuple[Entity, ...]:
    """All entities, in the order of registration."""
    return tuple(_by_kind.values())


def entity_of(model: type[Model] | Model | str) -> Entity:
    """The entity of a model, a row or a kind; NotFound when none is declared."""
    kind = model if isinstance(model, str) else model._meta.label_lower
    entity = _by_kind.get(kind)
    if entity is None:
        raise NotFound("There is no kind of record named %(kind)s.", params={"kind": kind})
    return entity


def entity_declared(model: type[Model] | str) -> bool:
    """Whether the kind is an entity."""
    return (model if isinstance(model, str) else model._meta.label_lower) in _by_kind


def entity_by_slug(slug: str) -> Entity:
    """The entity whose pages live under `/slug/`; NotFound when there is none."""
    entity = _by_slug.get(slug)
    if entity is None:
        raise NotFound("There is no page named %(slug)s.", params={"slug": slug})
    return entity


def _scope(entity: Entity) -> policy.Scope:
    names = {f.name for f in entity.model._meta.get_fields()}
    acts = ("read", "create", "update", "delete", "export", "assign")
    defaults = {
        "owner": "owner" if "owner" in names else None,
        "department": "department" if "department" in names else None,
        "acts": acts + tuple(sorted(_more_acts(entity) - set(acts))),
    }
    return policy.Scope(kind=entity.kind, model=entity.model, **{**defaults, **entity.scope})


def _more_acts(entity: Entity) -> set[str]:
    return {verb.act for verb in entity.verbs} | ({"merge"} if entity.merge else set())
