"""The records that rows of this module hang on, and who may therefore see those rows.

Whoever sees a record sees what hangs on it: kinds that belong to an account are covered by the account, others are made known with
`target_kind_register`. A record may also show what hangs on the records it came from: an opportunity shows the history of its lead.
Modules above say so with `origin_register`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

from tonglu import policy
from tonglu.directory.memory import remember
from tonglu.directory.selectors import department_above
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.policy import Actor

from .models import Announcement, CalendarEvent

ACCOUNT = "customers.account"
CONTACT = "customers.contact"

Origin = Callable[[str, int], Iterable[tuple[str, int]]]
"""(kind, id) -> the kinds and ids of the records it came from."""

_kinds: list[str] = []
_origins: list[Origin] = []


def target_kind_register(*kinds: str) -> None:
    """Say that rows on records of these kinds are seen by whoever sees the record, account or not."""
    _kinds.extend(kind for kind in kinds if kind not in _kinds)


def origin_register(origin: Origin) -> None:
    """Say where records came from, whose history they show as well."""
    _origins.append(origin)


def targets_of(kind: str, pk: int) -> list[tuple[str, int]]:
    """The record itself and those it came from; asked once a request."""
    return remember(("targets", kind, pk), lambda: _targets_find(kind, pk))


def _targets_find(kind: str, pk: int) -> list[tuple[str, int]]:
    found = [(kind, pk)]
    for origin in _origins:
        found.extend(pair for pair in origin(kind, pk) if pair not in found)
    return found


def target_filter(kind: str, pk: int) -> Q:
    """The rows that a record's page shows: its own, those of its origins and, for an account, those of all it has."""
    hangs = Q(pk__in=[])
    for target_kind, target_id in targets_of(kind, pk):
        hangs |= Q(target_kind=target_kind, target_id=target_id)
    return hangs | Q(account_id=pk) if kind == ACCOUNT else hangs


def seen_through_target(actor: Actor, act: str) -> Q | None:
    """The rows an actor may read because they may read the record; they may change only their own."""
    if act != "read":
        return None
    seen = Q(pk__in=[])
    if entity_declared(ACCOUNT):
        seen |= Q(account_id__in=_visible_ids(actor, ACCOUNT))
    for kind in _kinds:
        if entity_declared(kind) and policy.may(actor, "read", kind):
            seen |= Q(target_kind=kind, target_id__in=_visible_ids(actor, kind))
    return seen


def seen_by_asker(actor: Actor, act: str) -> Q | None:
    """Tasks: whoever asked for one sees it and may urge it; otherwise as for every row on a record."""
    if act not in {"read", "urge"}:
        return None
    asked = Q(asked_by_id__in=actor.own_ids)
    through = seen_through_target(actor, act)
    return asked if through is None else asked | through


def seen_by_participants(actor: Actor, act: str) -> Q | None:
    """Events: whoever takes part sees them; otherwise as for every row on a record."""
    through = seen_through_target(actor, act)
    if through is None:
        return None
    invited = CalendarEvent.participants.through.objects.filter(person_id__in=actor.own_ids)
    return through | Q(pk__in=invited.values("calendarevent_id"))


def seen_by_audience(actor: Actor, act: str) -> Q | None:
    """Announcements: once out, everybody they are for reads them."""
    if act != "read":
        return None
    above = {above for id_ in actor.department_ids for above in department_above(id_)}
    out = Q(state=Announcement.State.PUBLISHED)
    return out & (Q(audience__isnull=True) | Q(audience_id__in=above))


def account_id_of(target: Any) -> int | None:
    """The account a record belongs to, as far as its columns tell."""
    if target._meta.label_lower == ACCOUNT:
        return int(target.pk)
    for column in ("account_id", "converted_account_id"):
        found = getattr(target, column, None)
        if isinstance(found, int):
            return found
    return None


def target_values(target: Any) -> dict[str, Any]:
    """The columns that make a row hang on the record."""
    return {
        "target_kind": target._meta.label_lower,
        "target_id": target.pk,
        "target_name": str(target)[:300],
    }


def target_url(kind: str, pk: int | None) -> str:
    """The page of the record; empty when it has none."""
    return entity_of(kind).url("detail", pk) if pk is not None and entity_declared(kind) else ""


def _visible_ids(actor: Actor, kind: str) -> Any:
    rows = entity_of(kind).model._default_manager.all()
    return policy.visible(actor, rows).values("pk")
