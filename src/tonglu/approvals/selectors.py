"""Reading approvals: what waits for me, and how a record's requests stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tonglu.directory.selectors import person_by_id
from tonglu.entities.selectors import rows

from .models import ApprovalRequest, ApprovalVote
from .states import State

if TYPE_CHECKING:
    from django.db.models import Model

    from tonglu.directory.models import Person
    from tonglu.policy import Actor


def requests_waiting_for(actor: Actor) -> QuerySet[ApprovalRequest]:
    """The requests that the actor, or somebody they stand in for, can decide now; the oldest first."""
    found: QuerySet[ApprovalRequest] = rows(actor, ApprovalRequest).filter(
        state=State.PENDING, pk__in=_asked_now(actor).values("step__request")
    )
    return found.exclude(owner_id=actor.person_id).order_by("created_at", "pk")


def requests_of(row: Model) -> QuerySet[ApprovalRequest]:
    """All requests about a record, the latest first; who sees the record may see how they stand."""
    return ApprovalRequest.objects.filter(
        target_kind=row._meta.label_lower, target_id=row.pk, deleted_at__isnull=True
    ).order_by("-pk")


def request_votes(row: ApprovalRequest) -> QuerySet[ApprovalVote]:
    """Everybody asked by a request, in the order of its steps."""
    return (
        ApprovalVote.objects.filter(step__request=row)
        .select_related("person", "decided_by", "step")
        .order_by("step__position", "position", "pk")
    )


def waits_for_me(actor: Actor, row: ApprovalRequest) -> bool:
    """Whether the actor can decide the request now."""
    mine = row.owner_id is not None and row.owner_id == actor.person_id
    return not mine and _asked_now(actor).filter(step__request=row).exists()


def leaders_of(person_id: int | None) -> list[Person]:
    """The people above someone, nearest first; nobody twice."""
    found: list[Person] = []
    person = person_by_id(person_id) if person_id is not None else None
    while person is not None:
        leader = _leader(person)
        if leader is None or leader in found or leader.pk == person_id:
            break
        found.append(leader)
        person = leader
    return found


def shared_with(actor: Actor, act: str) -> Q | None:
    """The requests in which the actor was asked, beside their own; part of the policy scope."""
    if act not in {"read", "approve"} or not actor.own_ids:
        return None
    asked = ApprovalVote.objects.filter(person__in=actor.own_ids).exclude(asked_at=None)
    return Q(pk__in=asked.values("step__request"))


def _asked_now(actor: Actor) -> QuerySet[ApprovalVote]:
    return ApprovalVote.objects.filter(
        person__in=actor.own_ids,
        decision="",
        asked_at__isnull=False,
        step__request__state=State.PENDING,
    )


def _leader(person: Person) -> Person | None:
    """Whom a person reports to; else the head of the nearest department above that is not the person."""
    if person.manager is not None and person.manager.is_active:
        return person.manager
    department = person.department
    while department is not None:
        head = department.manager
        if head is not None and head.pk != person.pk and head.is_active:
            return head
        department = department.parent
    return None
