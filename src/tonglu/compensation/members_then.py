"""The members of plans as they stood at a moment, by the trail of their changes: so that what was computed then can be computed again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from tonglu.audit.selectors import history

from .models import PlanMember

TOLD = ("quota", "valid_from", "valid_until", "deleted_at")
_PORTION = 50


def members_then(members: Iterable[PlanMember], then: datetime) -> Iterator[PlanMember]:
    """Those that existed, with what they said at that moment, the earliest first; nothing is saved."""
    stood = [_as_then(one, then) for one in members if one.created_at <= then]
    yield from sorted(stood, key=lambda one: (one.person_id, one.valid_from))


def _as_then(member: PlanMember, then: datetime) -> PlanMember:
    before: int | None = None
    while changes := history(PlanMember._meta.label_lower, member.pk, most=_PORTION, before=before):
        for change in changes:
            if change.at <= then:
                return member
            for name in TOLD:
                if name in change.changes:
                    field = PlanMember._meta.get_field(name)
                    setattr(member, name, field.to_python(change.changes[name][0]))  # type: ignore[union-attr]
        before = changes[-1].id
    return member
