"""Why do I see this, why not, and who could: one page for every record.

A record the reader may not see is answered exactly like one that does not exist: with the rules for its kind, so that the page
helps without giving anything away. Whoever may read the policy may ask on behalf of another person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tonglu.directory.models import Person
from tonglu.directory.selectors import department_label
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_
from tonglu.policy.actors import Actor, actor_of
from tonglu.policy.answers import Finding, Holder, explain, who_could
from tonglu.policy.engine import field_level, may, visible
from tonglu.policy.scopes import scope_of
from tonglu.policy.services import POLICY
from tonglu.policy.values import Level, Scope, act_label

from .forms import PersonChoice

HOLDERS_SHOWN = 50
GROUPS = {
    "write": (_("May be changed"), "success"),
    "read": (_("May only be read"), ""),
    "kept": (_("Filled in by Tonglu itself"), ""),
    "hidden": (_("Hidden"), "danger"),
}


@dataclass(frozen=True, kw_only=True)
class ActAnswer:
    """One act: whether it is allowed, and what every seat has to say about it."""

    act: str
    allowed: bool
    findings: list[Finding]

    @property
    def label(self) -> str:
        """The act for people."""
        return act_label(self.act)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything the page tells."""

    scope: Scope
    row: Model | None
    acts: list[ActAnswer]
    fields: list[tuple[Any, str, list[str]]]
    """The labels of fields by what may be done with them: how it is called, its tone, the labels."""
    holders: list[Holder]
    holder_count: int
    owner: str
    department: str


@require_GET
def why(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The answers for a record, for the reader or for a person they name."""
    reader: Actor = request.actor  # type: ignore[attr-defined]
    scope = scope_of(kind)
    if scope is None or scope.model is None:
        raise NotFound(N_("There is no such kind of record."))
    may_ask = bool(may(reader, "read", POLICY))
    person = PersonChoice(request.GET).chosen() if may_ask else None
    row = _row(reader, scope, pk)
    context = {
        "answer": _answer(scope, actor_of(person) if person else reader, row),
        "person": person,
        "may_ask": may_ask,
        "address": request.path,
    }
    return render(request, "policy/why.html", context, status=200 if row else 404)


def _row(reader: Actor, scope: Scope, pk: int) -> Model | None:
    model: Any = scope.model
    found: Model | None = visible(reader, model._default_manager.filter(pk=pk)).first()
    return found


def _answer(scope: Scope, actor: Actor, row: Model | None) -> Answer:
    holders = who_could(scope.kind, "read", row) if row is not None else []
    return Answer(
        scope=scope,
        row=row,
        acts=[_act_answer(scope, actor, act, row) for act in scope.acts],
        fields=_fields(scope, actor),
        holders=holders[:HOLDERS_SHOWN],
        holder_count=len(holders),
        owner=_owner(scope, row),
        department=_department(scope, row),
    )


def _act_answer(scope: Scope, actor: Actor, act: str, row: Model | None) -> ActAnswer:
    about = None if act == "create" else row
    return ActAnswer(
        act=act,
        allowed=bool(may(actor, act, scope.kind, about)),
        findings=explain(actor, scope.kind, about, act),
    )


def _fields(scope: Scope, actor: Actor) -> list[tuple[Any, str, list[str]]]:
    """The fields in groups; what the house fills in itself is written by nobody, whatever a rule says."""
    kept = _kept_by_the_house(scope)
    groups: dict[str, list[str]] = {"write": [], "read": [], "kept": [], "hidden": []}
    for name, label in scope.field_labels().items():
        level = field_level(actor, scope.kind, name)
        is_kept = level >= Level.READ and name in kept
        groups["kept" if is_kept else level.word].append(label)
    return [(GROUPS[of][0], GROUPS[of][1], labels) for of, labels in groups.items() if labels]


def _kept_by_the_house(scope: Scope) -> set[str]:
    model: Any = scope.model
    return {one.name for one in model._meta.get_fields() if not getattr(one, "editable", True)}


def _owner(scope: Scope, row: Model | None) -> str:
    found = getattr(row, scope.owner, None) if row is not None and scope.owner else None
    return found.name if isinstance(found, Person) else ""


def _department(scope: Scope, row: Model | None) -> str:
    if row is None or not scope.department or "__" in scope.department:
        return ""
    return department_label(getattr(row, f"{scope.department}_id", None))
