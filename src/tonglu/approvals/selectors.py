"""Reading approvals: what waits for me, and how a record's requests stand."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext

from tonglu import policy
from tonglu.directory.memory import remember_reading
from tonglu.directory.selectors import person_by_id
from tonglu.entities.selectors import rows

from . import ports
from .models import ApprovalNote, ApprovalRequest, ApprovalVote
from .states import State

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def facts_said(actor: Actor, row: ApprovalRequest) -> list[tuple[str, str]]:
    """The facts with their labels in the active language, without what tells a field that is hidden from the actor."""
    guarded = ports.guarded_facts(row.subject)
    hidden = {
        label
        for label, (kind, name) in guarded.items()
        if policy.field_level(actor, kind, name) is policy.Level.HIDDEN
    }
    return [(gettext(label), value) for label, value in row.facts if label not in hidden]


def request_votes(row: ApprovalRequest) -> QuerySet[ApprovalVote]:
    """Everybody asked by a request, in the order of its steps."""
    return (
        ApprovalVote.objects.filter(step__request=row)
        .select_related("person", "decided_by", "delegate", "step")
        .order_by("step__position", "position", "pk")
    )


def waits_for_me(actor: Actor, row: ApprovalRequest) -> bool:
    """Whether the actor can decide the request now."""
    mine = row.owner_id is not None and row.owner_id == actor.person_id
    asked = _asked_now(actor).filter(step__request=row)
    return not mine and remember_reading(("asked", actor.own_ids, row.pk), asked.exists)


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
    asked = ApprovalVote.objects.filter(_mine(actor)).exclude(asked_at=None)
    shared = Q(pk__in=asked.values("step__request"))
    if act == "read":
        copied = ApprovalNote.objects.filter(copied_to__in=actor.own_ids)
        shared |= Q(pk__in=copied.values("request"))
    return shared


def requests_copied_to(actor: Actor) -> QuerySet[ApprovalRequest]:
    """The requests that were copied to the actor, the latest first."""
    copied = ApprovalNote.objects.filter(copied_to=actor.person_id).values("request")
    found: QuerySet[ApprovalRequest] = rows(actor, ApprovalRequest).filter(pk__in=copied)
    return found.order_by("-pk")


def requests_decided_by(actor: Actor) -> QuerySet[ApprovalRequest]:
    """The requests the actor decided, the latest first."""
    decided = ApprovalVote.objects.filter(decided_by=actor.person_id, carried=False)
    found: QuerySet[ApprovalRequest] = rows(actor, ApprovalRequest).filter(
        pk__in=decided.values("step__request")
    )
    return found.order_by("-updated_at", "-pk")


def requests_asked_by(actor: Actor) -> QuerySet[ApprovalRequest]:
    """The requests the actor asked, waiting ones first."""
    found: QuerySet[ApprovalRequest] = rows(actor, ApprovalRequest).filter(
        owner_id=actor.person_id, automatic=False
    )
    return found.order_by(Case(When(state=State.PENDING, then=0), default=1), "-pk")


def request_people(row: ApprovalRequest) -> set[int]:
    """Everybody who is asked by a request, or to whom a decision of it was handed."""
    votes = ApprovalVote.objects.filter(step__request=row).values_list("person_id", "delegate_id")
    return {pk for pair in votes for pk in pair if pk is not None}


def request_notes(row: ApprovalRequest) -> QuerySet[ApprovalNote]:
    """Comments and copies, the first first."""
    return row.notes.select_related("created_by", "copied_to").order_by("pk")


def departments_deciding() -> list[int | None]:
    """The departments of those whose decisions wait."""
    open_now = ApprovalVote.objects.filter(decision="", step__request__state=State.PENDING)
    return list(open_now.values_list("person__department_id", flat=True).distinct().order_by())


def votes_overdue(
    departments: Iterable[int | None], day: date, asked_before: datetime
) -> list[ApprovalVote]:
    """The decisions of people of these departments that should have been made and were not yet passed on, locked.

    Those without a day of their own are late when they were asked for before the given moment.
    """
    late = Q(step__request__due_on__lt=day) | Q(
        step__request__due_on__isnull=True, asked_at__lt=asked_before
    )
    ids = set(departments)
    asked = Q(person__department_id__in=ids - {None})
    if None in ids:
        asked |= Q(person__department_id__isnull=True)
    found = ApprovalVote.objects.select_for_update(of=("self",)).filter(
        late & asked,
        decision="",
        asked_at__isnull=False,
        delegate__isnull=True,
        escalated_at__isnull=True,
        step__request__state=State.PENDING,
    )
    return list(found.select_related("step__request").order_by("pk")[:1000])


def _asked_now(actor: Actor) -> QuerySet[ApprovalVote]:
    return ApprovalVote.objects.filter(
        _mine(actor),
        decision="",
        asked_at__isnull=False,
        step__request__state=State.PENDING,
    )


def _mine(actor: Actor) -> Q:
    return Q(person__in=actor.own_ids) | Q(delegate__in=actor.own_ids)


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
