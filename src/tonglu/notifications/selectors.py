"""Reading notices: the number at the bell, a page of them, each told in words to whoever may still see its record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.urls import NoReverseMatch

from tonglu.directory.signin.backend import beside
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.related import Names, names_of

from .models import Mailing, Notice, Preference
from .topics import CLOSED, TOPICS, Topic

if TYPE_CHECKING:
    from tonglu.policy import Actor

SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice in words; `url` is empty where its record has no page, or none for this reader."""

    notice: Notice
    text: str
    icon: str
    url: str

    @property
    def unread(self) -> bool:
        """Whether it waits."""
        return self.notice.read_at is None


@dataclass(frozen=True, kw_only=True)
class Way:
    """A topic, and how the person hears of it."""

    topic: Topic
    at_bell: bool
    mailing: str


def unread_count(actor: Actor) -> int:
    """The number at the bell; for the person of a request it was read with the person, at no query of its own."""
    if actor.person_id is None:
        return 0
    person_id = actor.person_id
    return int(beside(person_id, "unread", lambda: _unread(person_id).count()) or 0)


def unread_beside() -> Subquery:
    """The same number as an expression about a person."""
    waiting = _unread(OuterRef("pk")).order_by().values("person_id")
    return Subquery(waiting.annotate(count=Count("*")).values("count"))


def notices(actor: Actor, *, before: int | None = None, most: int = SHOWN) -> list[Notice]:
    """The actor's notices, newest first."""
    found = Notice.objects.filter(person_id=actor.person_id or 0, at_bell=True)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found[:most])


def told(actor: Actor, found: Iterable[Notice]) -> list[Told]:
    """The notices in words; records are named in one query, as far as the actor may see them now."""
    shown = list(found)
    wanted: dict[str, set[int]] = defaultdict(set)
    for notice in shown:
        if notice.count == 1:
            wanted[notice.kind].add(notice.row_id)
    names = names_of(actor, wanted)
    return [
        _told(notice, names) if notice.count == 1 else _told_lot(notice)
        for notice in shown
        if notice.topic in TOPICS
    ]


def ways(person_id: int) -> list[Way]:
    """Every topic with the person's way of hearing of it."""
    chosen = {one.topic: one for one in Preference.objects.filter(person_id=person_id)}
    return [
        Way(
            topic=topic,
            at_bell=chosen[code].at_bell if code in chosen else True,
            mailing=chosen[code].mailing if code in chosen else topic.mailing,
        )
        for code, topic in TOPICS.items()
    ]


def mailings() -> list[tuple[str, str]]:
    """The ways of mailing, for a choice."""
    return [(value, str(label)) for value, label in Mailing.choices]


def _unread(person_id: Any) -> QuerySet[Notice]:
    return Notice.objects.filter(person_id=person_id, at_bell=True, read_at=None)


def _told(notice: Notice, names: Names) -> Told:
    topic, name = TOPICS[notice.topic], names.name(notice.kind, notice.row_id)
    return Told(
        notice=notice,
        text=topic.text(notice.by_name, str(CLOSED) if name is None else name),
        icon=topic.icon,
        url=_url(notice) if name is not None else "",
    )


def _told_lot(notice: Notice) -> Told:
    """A notice about many records; it opens the list of those that are still the reader's."""
    topic = TOPICS[notice.topic]
    entity = entity_of(notice.kind) if entity_declared(notice.kind) else None
    plural = str(entity.plural) if entity else notice.kind
    only = urlencode({"view": "all", "changeset": notice.row_id, "f.owner": "me"})
    return Told(
        notice=notice,
        text=topic.text_of_many(notice.by_name, notice.count, plural),
        icon=topic.icon,
        url=f"{entity.url()}?{only}" if entity else "",
    )


def _url(notice: Notice) -> str:
    if not entity_declared(notice.kind):
        return ""
    try:
        return entity_of(notice.kind).url("detail", notice.row_id)
    except NoReverseMatch:
        return ""
