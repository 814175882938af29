"""Telling people: make a notice for each, mail it at once where that is wanted, and mark notices as read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import transaction

from tonglu import policy
from tonglu.directory.models import Person
from tonglu.directory.selectors import people_active
from tonglu.toolkit.clock import now
from tonglu.toolkit.jobs import defer
from tonglu.toolkit.requests import request_id

from .models import Mailing, Notice, Preference
from .topics import TOPICS


def notify(
    topic: str,
    people: Iterable[int | None],
    *,
    kind: str,
    row_id: int,
    by: Person | None = None,
    key: str = "",
    count: int = 1,
) -> int:
    """Tell these people about a record; gives how many were told.

    Nobody is told of what they did themselves, of a record they may not see, or twice of the same cause: `key` names it, by
    default the record and the request that did it. With a `count`, `row_id` is the change-set of that many records.
    """
    cause = f"{topic}:{kind}:{row_id}:{key or request_id()}"
    by_id = by.pk if by is not None else None
    wanted = [one for one in dict.fromkeys(people) if one is not None and one != by_id]
    told = 0
    for person in people_active().filter(pk__in=wanted):
        if _sees(person, kind, row_id) if count == 1 else _reads(person, kind):
            about = {"kind": kind, "row_id": row_id, "count": count}
            told += _tell(person, topic, cause, {**about, "by_name": by.name[:200] if by else ""})
    return told


def notices_read(*, actor: policy.Actor, pk: int | None = None) -> None:
    """Mark one of the actor's notices as read, or all of them."""
    unread = Notice.objects.filter(person_id=actor.person_id or 0, at_bell=True, read_at=None)
    if pk is not None:
        unread = unread.filter(pk=pk)
    unread.update(read_at=now())


@transaction.atomic
def preferences_set(*, actor: policy.Actor, chosen: Mapping[str, tuple[bool, str]]) -> None:
    """Keep how the actor hears of each topic; what equals the topic's own way is not kept."""
    if actor.person_id is None:
        return
    Preference.objects.filter(person_id=actor.person_id).delete()
    Preference.objects.bulk_create(
        Preference(person_id=actor.person_id, topic=code, at_bell=bell, mailing=mailing)
        for code, (bell, mailing) in chosen.items()
        if code in TOPICS and (bell, mailing) != (True, TOPICS[code].mailing)
    )


def _sees(person: Person, kind: str, row_id: int) -> bool:
    model: Any = apps.get_model(kind)
    rows = policy.visible(policy.actor_of(person), model._default_manager.filter(pk=row_id))
    return bool(rows.exists())


def _reads(person: Person, kind: str) -> bool:
    return bool(policy.may(policy.actor_of(person), "read", kind))


def _tell(person: Person, topic: str, cause: str, about: dict[str, Any]) -> int:
    bell, mailing = _way(person, topic)
    if not bell and mailing == Mailing.NEVER:
        return 0
    with transaction.atomic():
        notice, made = Notice.objects.get_or_create(
            person=person,
            key=cause[:160],
            defaults={
                **about,
                "topic": topic,
                "made_at": now(),
                "at_bell": bell,
                "mailing": mailing if person.email else Mailing.NEVER,
            },
        )
        if made and notice.mailing == Mailing.ONCE:
            defer("notifications.mail", notice_id=notice.pk)
    return int(made)


def _way(person: Person, topic: str) -> tuple[bool, str]:
    chosen = Preference.objects.filter(person=person, topic=topic).first()
    return (chosen.at_bell, chosen.mailing) if chosen else (True, TOPICS[topic].mailing)
