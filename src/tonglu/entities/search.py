"""Finding a record of any kind by what is remembered of it: one query over every kind the person may read.

A probe leaves out the kinds that hold nothing like it (`probing.py`). Where the words are common, the newest rows a person sees are read
until there are enough; of the newest few hundred that must be had, or else the index is asked. Each of the others contributes its newest few matches to one UNION, through its own policy; a second query names the records that the
results belong to. Whoever wants more than the few goes on to the list of that kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from tonglu import policy
from tonglu.toolkit.search import search_condition, search_words
from tonglu.toolkit.ui import navigation

from . import selectors
from .fields import Field, field_of
from .filters import may_read
from .probing import kinds_holding
from .registry import all_entities, entity_declared, entity_of
from .related import Names, name_expression, names_of

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .spec import Entity

PER_KIND = 6
WINDOW = 300
"""So many of the newest rows somebody sees are read for a common word."""

Found = list[tuple[str, int, str, str]]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A record that was found: its name, and what tells it from its namesakes."""

    kind: str
    pk: int
    name: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Hits:
    """The first matches of one kind; `more` says whether there are others."""

    entity: Entity
    hits: tuple[Hit, ...]
    more: bool


def search(actor: Actor, text: str, *, most: int = PER_KIND) -> list[Hits]:
    """The newest matches of every readable kind, customers first as in the navigation; at most four queries."""
    words, entities = search_words(text), sorted(searchable(actor), key=_place)
    if not entities or not words:
        return []
    holding = kinds_holding(entities, words)
    entities = [entity for entity in entities if entity.kind in holding.kinds]
    common = [entity for entity in entities if entity.kind in holding.common]
    found = _whole(most, _all_of(_newest(actor, entity, text)[: most + 1] for entity in common))
    done = {hit[0] for hit in found}
    found += _all_of(
        _matches(actor, entity, text)[: most + 1] for entity in entities if entity.kind not in done
    )
    names = names_of(actor, _wanted(actor, found))
    return [group for entity in entities if (group := _group(actor, entity, found, names, most))]


def _place(entity: Entity) -> int:
    """Where a kind's area stands in the navigation; one's own day comes after the house, what has no corner there last."""
    areas = [area.name for area in navigation.AREAS if area.name != "today"]
    return areas.index(entity.area) if entity.area in areas else len(areas)


def searchable(actor: Actor) -> list[Entity]:
    """The kinds a person may search."""
    return [e for e in all_entities() if e.search and e.menu and policy.may(actor, "read", e.kind)]


def text_condition(actor: Actor, entity: Entity, text: str) -> Q:
    """The rows of a kind that hold every word of a text, by its search column where it has one.

    A kind that is named by a related record is found by what that record is found by, among those the actor may see. What the actor
    may not read finds nothing, or its contents could be guessed.
    """
    if has_search_column(entity):
        return search_condition(entity.model, text)
    names = [n for n in entity.search or (entity.title,) if may_read(actor, entity, n)]
    found = Q()
    for word in search_words(text):
        anywhere = Q(pk__in=[])
        for name in names:
            anywhere |= _holds(actor, entity, name, word)
        found &= anywhere
    return found


def _holds(actor: Actor, entity: Entity, name: str, word: str) -> Q:
    link = next((f for f in entity.model._meta.concrete_fields if f.name == name), None)
    kind = link.related_model._meta.label_lower if link is not None and link.related_model else ""
    if not kind:
        return Q(**{f"{name.replace('.', '__')}__icontains": word})
    if not entity_declared(kind):
        return Q(**{f"{name}__name__icontains": word})
    known = selectors.rows(actor, kind).filter(text_condition(actor, entity_of(kind), word))
    return Q(**{f"{name}__in": known.order_by().values("pk")})


def has_search_column(entity: Entity) -> bool:
    """Whether the table keeps search tokens."""
    return any(f.name == "search" for f in entity.model._meta.get_fields())


def _all_of(parts: Iterable[QuerySet[Any, Any]]) -> Found:
    asked = list(parts)
    if not asked:
        return []
    return list(asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0])


def _whole(most: int, found: Found) -> Found:
    """Of kinds with enough hits these are the newest there are; others may have more further down."""
    counts = Counter(hit[0] for hit in found)
    return [hit for hit in found if counts[hit[0]] > most]


def _matches(actor: Actor, entity: Entity, text: str) -> QuerySet[Any, Any]:
    condition = text_condition(actor, entity, text)
    return _named(actor, entity, selectors.rows(actor, entity.kind).filter(condition))


def _newest(actor: Actor, entity: Entity, text: str) -> QuerySet[Any, Any]:
    """The matches among the newest rows that the actor sees."""
    seen: QuerySet[Any] = selectors.rows(actor, entity.kind).order_by("-updated_at", "-pk")
    rows = entity.model._default_manager.filter(pk__in=seen.values("pk")[:WINDOW])
    condition = search_condition(entity.model, text, row_by_row=True)
    return _named(actor, entity, rows.filter(condition))


def _named(actor: Actor, entity: Entity, rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    hint = _hint_field(actor, entity)
    told = Cast(F(hint.path), CharField()) if hint else Value("", output_field=CharField())
    found: QuerySet[Any, Any] = (
        rows.order_by("-updated_at", "-pk")
        .annotate(
            _kind=Value(entity.kind, output_field=CharField()),
            _name=name_expression(entity.kind),
            _hint=Coalesce(told, Value(""), output_field=CharField()),
        )
        .values_list("_kind", "pk", "_name", "_hint")
    )
    return found


def _hint_field(actor: Actor, entity: Entity) -> Field | None:
    """The subtitle of a kind, as far as it is a column this person may read."""
    found = field_of(entity, entity.subtitle) if entity.subtitle else None
    if found is None or not found.model_field or "." in found.path:
        return None
    return found if may_read(actor, entity, found.name) else None


def _wanted(actor: Actor, found: Sequence[tuple[str, int, str, str]]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for kind, _pk, _name, hint in found:
        field = _hint_field(actor, entity_of(kind))
        if field is not None and field.related and hint.isdecimal():
            wanted.setdefault(field.related, set()).add(int(hint))
    return wanted


def _group(
    actor: Actor,
    entity: Entity,
    found: Iterable[tuple[str, int, str, str]],
    names: Names,
    most: int,
) -> Hits | None:
    field = _hint_field(actor, entity)
    hits = tuple(
        Hit(kind=kind, pk=pk, name=name or f"#{pk}", hint=_told(field, hint, names))
        for kind, pk, name, hint in found
        if kind == entity.kind
    )
    return Hits(entity=entity, hits=hits[:most], more=len(hits) > most) if hits else None


def _told(field: Field | None, hint: str, names: Names) -> str:
    if field is None or not hint:
        return ""
    if field.related:
        return names.name(field.related, int(hint)) or ""
    return str(field.choice_label(hint))
