"""What waits for me: the blocks of the home page, each from the module that knows.

Who opens it wants to know what to do next, in one look and one tap. A block is a short list with a count and the way to all of it;
empty blocks are left out, and people whose roles do not concern them never see them. Every source says its columns in SQL, so
that all blocks come in one query, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    DateField,
    IntegerField,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from tonglu import policy
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.policy import Actor
from tonglu.toolkit.clock import today

from .sources import Source
from .waiting import SOURCES

SHOWN = 5
COUNTED = 100


@dataclass(frozen=True, kw_only=True)
class TodayRow:
    """One thing to do: what, about what, when, and where a tap leads."""

    title: str
    about: str
    when: date | None
    late: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class TodayBlock:
    """One short list of things to do."""

    name: str
    title: str
    icon: str
    count: int
    rows: tuple[TodayRow, ...]
    url: str
    tone: str = ""

    @property
    def more(self) -> bool:
        """Whether the count stopped at its bound."""
        return self.count >= COUNTED


class _Found(NamedTuple):
    """One row of any source, as the database tells it."""

    place: int
    pk: int
    kind: str
    target: int
    label: str
    about: str
    when: date | None


def today_blocks(actor: Actor) -> list[TodayBlock]:
    """The blocks that have something in them, the most pressing first; one query."""
    day = today(actor)
    found: dict[int, list[_Found]] = {}
    for row in _everything(actor, day):
        found.setdefault(row.place, []).append(row)
    return [_block(SOURCES[place], found[place], day) for place in sorted(found)]


def _everything(actor: Actor, day: date) -> Iterator[_Found]:
    """The first rows of every source that concerns the actor, each source in its own order."""
    parts = [
        _told(place, source, source.find(actor, day))
        for place, source in enumerate(SOURCES)
        if not source.roles or actor.roles & source.roles
        if entity_declared(source.kind) and policy.may(actor, "read", source.kind)
    ]
    if not parts:
        return
    rows_ = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    yield from (_Found(*row) for row in rows_)


def _told(place: int, source: Source, found: QuerySet[Any]) -> QuerySet[Any, Any]:
    kind, pk = source.leads_to or (Value(source.kind), "pk")
    about = source.about() if callable(source.about) else source.about
    told: QuerySet[Any, Any] = found.annotate(
        _place=Value(place, output_field=IntegerField()),
        _kind=Cast(Coalesce(kind, Value("")), TextField()),
        _target=Cast(pk, BigIntegerField()),
        _label=Cast(source.label, TextField()),
        _about=Cast(Coalesce(about or Value(""), Value("")), TextField()),
        _when=Cast(source.when or Value(None), DateField()),
    ).values_list("_place", "pk", "_kind", "_target", "_label", "_about", "_when")
    return told[:COUNTED]


def _block(source: Source, found: list[_Found], day: date) -> TodayBlock:
    return TodayBlock(
        name=source.name,
        title=source.title(),
        icon=source.icon,
        count=len(found),
        rows=tuple(_rows(source, found[:SHOWN], day)),
        url=source.address() if source.address else f"{entity_of(source.kind).url()}{source.query}",
        tone=source.tone,
    )


def _rows(source: Source, found: Iterable[_Found], day: date) -> Iterator[TodayRow]:
    for row in found:
        yield TodayRow(
            title=row.label,
            about=row.about,
            when=row.when,
            late=source.due and row.when is not None and row.when < day,
            url=_url(source, row),
        )


def _url(source: Source, row: _Found) -> str:
    """A promised contact leads to the record it is about, a statement to its lines, anything else to its own page."""
    if source.kind == "compensation.statement":
        return reverse("compensation:statement", args=[row.pk])
    if entity_declared(row.kind):
        return entity_of(row.kind).url("detail", row.target)
    return entity_of(source.kind).url("detail", row.pk)
