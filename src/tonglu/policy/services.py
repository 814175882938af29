"""Writes of the policy: a draft is opened, edited and issued; what is issued stays as it is.

There is at most one draft. It begins as a copy of the newest issued version, and people with the right to manage the policy edit
it together. Issuing gives it the moment from which it holds, which may not lie in the past: no one is judged by a rule that was
not there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tonglu.directory.memory import forget
from tonglu.directory.selectors import assignments_today
from tonglu.kernel.errors import DomainError, Invalid

from .actors import Actor
from .compiled import policy_compile
from .engine import require
from .models import FieldRule, PolicyVersion, Rule, State, Wall
from .scopes import scope_of
from .values import Level, Reach

POLICY = "policy"
"""The kind under which the right to read and manage the policy itself is granted."""


@transaction.atomic
def draft_open(*, actor: Actor) -> PolicyVersion:
    """The draft being edited; when there is none, a new one that copies the newest issued version."""
    require(actor, "manage", POLICY)
    draft = PolicyVersion.objects.select_for_update().filter(state=State.DRAFT).first()
    if draft is not None:
        return draft
    latest = PolicyVersion.objects.order_by("-number").first()
    draft = PolicyVersion.objects.create(
        number=latest.number + 1 if latest else 1, created_by_id=actor.person_id
    )
    if latest is not None:
        _copy(latest, draft)
    return draft


@transaction.atomic
def draft_discard(*, actor: Actor) -> None:
    """Throw the draft away."""
    require(actor, "manage", POLICY)
    PolicyVersion.objects.filter(state=State.DRAFT).delete()


@transaction.atomic
def rule_set(
    *,
    actor: Actor,
    role: str,
    kind: str,
    act: str,
    reach: str,
    department_id: int | None = None,
) -> PolicyVersion:
    """Grant the act with that reach in the draft; an empty reach takes the grant away."""
    scope = scope_of(kind)
    if scope is None or act not in scope.acts:
        raise Invalid({"act": [_("There is no such act on this kind of record.")]})
    draft = draft_open(actor=actor)
    key: dict[str, Any] = {"role": role, "kind": kind, "act": act, "department_id": department_id}
    if reach:
        word = _word(Reach, reach, "reach")
        Rule.objects.update_or_create(version=draft, **key, defaults={"reach": word})
    else:
        Rule.objects.filter(version=draft, **key).delete()
    return draft


@transaction.atomic
def field_rule_set(*, actor: Actor, role: str, kind: str, field: str, level: str) -> PolicyVersion:
    """Set the level of a field for a role in the draft; an empty level leaves it to the role's other rights."""
    draft = draft_open(actor=actor)
    key: dict[str, Any] = {"role": role, "kind": kind, "field": field}
    if level:
        word = _word(Level, level, "level")
        FieldRule.objects.update_or_create(version=draft, **key, defaults={"level": word})
    else:
        FieldRule.objects.filter(version=draft, **key).delete()
    return draft


@transaction.atomic
def wall_set(
    *, actor: Actor, name: str, kinds: Iterable[str], roles: Iterable[str]
) -> PolicyVersion:
    """Build or change a wall in the draft; a wall around nothing is taken down."""
    draft = draft_open(actor=actor)
    around = sorted(set(kinds))
    if around:
        values = {"kinds": around, "roles": sorted(set(roles))}
        Wall.objects.update_or_create(version=draft, name=name, defaults=values)
    else:
        Wall.objects.filter(version=draft, name=name).delete()
    return draft


@transaction.atomic
def draft_issue(
    *, actor: Actor, effective_from: dt.datetime | None = None, note: str = ""
) -> PolicyVersion:
    """Issue the draft: from the moment on (now when none is given) it is the policy, and it never changes again."""
    require(actor, "manage", POLICY)
    draft = PolicyVersion.objects.select_for_update().filter(state=State.DRAFT).first()
    if draft is None:
        raise DomainError(_("There is no draft to issue."))
    moment, now = effective_from or timezone.now(), timezone.now()
    if moment < now - dt.timedelta(minutes=1):
        raise Invalid({"effective_from": [_("A policy cannot take effect in the past.")]})
    _refuse_lock_out(draft)
    draft.state, draft.note = State.ISSUED, note
    draft.effective_from, draft.issued_at, draft.issued_by_id = moment, now, actor.person_id
    draft.save()
    forget()
    return draft


def _refuse_lock_out(draft: PolicyVersion) -> None:
    roles = policy_compile(draft.pk).roles_granted(POLICY, "manage")
    if not assignments_today().filter(role__code__in=roles, person__is_active=True).exists():
        raise DomainError(
            _("No one could manage the policy any more."),
            code="lock_out",
            next_step=_("Give a role that somebody holds the right to manage the policy."),
        )


def _word(kind: type[Reach] | type[Level], word: str, name: str) -> str:
    try:
        return kind.of(word).word
    except KeyError as error:
        raise Invalid({name: [_("This is not one of the choices.")]}) from error


def _copy(source: PolicyVersion, draft: PolicyVersion) -> None:
    parts: tuple[type[Any], ...] = (Rule, FieldRule, Wall)
    for model in parts:
        rows = list(model.objects.filter(version=source))
        for row in rows:
            row.pk, row.version_id = None, draft.pk
        model.objects.bulk_create(rows)
