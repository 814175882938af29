"""Writing plans: a draft is checked and issued; an issued version is followed by the next draft."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.model.writing import content_hash
from tonglu.compensation.core.presets.catalogue import preset
from tonglu.compensation.core.problems import Problem
from tonglu.compensation.core.validation.check import may_issue, plan_problems
from tonglu.compensation.models import PayPlan, PlanMember, PlanVersion
from tonglu.compensation.neutral import version_read
from tonglu.compensation.told import fields_unknown
from tonglu.directory.selectors import person_by_id
from tonglu.entities.services import record_create, record_update
from tonglu.entities.spec import Refusal
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import now, today

from .composing import unfinished
from .windows.people import BOUND, people_bound


def version_prepare(_actor: Actor, row: PlanVersion, before: PlanVersion | None) -> None:
    """Number a new version, which begins as a copy of the latest; refuse any change of an issued one, and what the engine cannot read."""
    if before is not None and before.state == PlanVersion.State.ISSUED:
        raise DomainError(
            N_("An issued plan version never changes."),
            code="issued",
            next_step=N_("Make the next version."),
        )
    if before is None:
        latest = PlanVersion.objects.filter(plan=row.plan).order_by("number").last()
        row.number = latest.number + 1 if latest else 1
        if latest and not row.definition:
            row.definition = deepcopy(latest.definition)
    if row.definition:
        _readable(row.definition)


def version_issue(
    *, actor: Actor, row: PlanVersion, effective_from: date, note: str = ""
) -> PlanVersion:
    """Issue a draft: it holds for contracts signed from that day on, and never changes again."""
    if refusal := may_be_issued(actor, row):
        raise DomainError(refusal.reason, code="not_now", next_step=refusal.next_step)
    if effective_from < today(actor) and not _is_first(row):
        raise Invalid(
            {"effective_from": [N_("A later version cannot hold from a day that has passed.")]}
        )
    plan = _readable(row.definition)
    saved: PlanVersion = record_update(
        actor=actor,
        row=row,
        values={
            "state": PlanVersion.State.ISSUED,
            "effective_from": effective_from,
            "digest": content_hash(plan.versions[-1]),
            "issued_at": now(),
            "issued_by": person_by_id(actor.person_id or 0),
            "note": note or row.note,
            "working": {
                **{key: one for key, one in row.working.items() if key == "sample"},
                BOUND: people_bound(row)[0],
            },
        },
        act=None,
        verb="compensation.planversion.issued",
    )
    return saved


def version_next(*, actor: Actor, row: PlanVersion) -> PlanVersion:
    """A new draft that starts as a copy of this version."""
    made: PlanVersion = record_create(
        actor=actor,
        model=PlanVersion,
        values={
            "plan": row.plan,
            "definition": deepcopy(row.definition),
            "working": {key: one for key, one in row.working.items() if key == "sample"},
        },
        act=None,
        verb="compensation.planversion.drafted",
    )
    return made


def plan_from_preset(*, actor: Actor, key: str, code: str = "", **names: str) -> PlanVersion:
    """A plan with a first draft taken from a preset, ready to be edited and issued."""
    template, chinese = preset(key), actor.language.startswith("zh")
    plan: PayPlan = record_create(
        actor=actor,
        model=PayPlan,
        values={
            "code": code or key.replace("_", "-"),
            "name": names.get("name") or template.title["en"],
            "name_zh": names.get("name_zh") or template.title["zh"],
            "description": template.about["en"],
        },
    )
    draft: PlanVersion = record_create(
        actor=actor,
        model=PlanVersion,
        values={"plan": plan, "definition": template.plan_dict(chinese=chinese)},
    )
    return draft


def plan_begin(*, actor: Actor, key: str) -> PlanVersion:
    """A plan begun from a preset under a code that is still free."""
    wanted = key.replace("_", "-")
    taken = set(PayPlan.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    free = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    code = wanted if wanted not in taken else next(one for one in free if one not in taken)
    return plan_from_preset(actor=actor, key=key, code=code)


def member_prepare(_actor: Actor, row: PlanMember, _before: PlanMember | None) -> None:
    """Nobody is twice on the same plan at the same time."""
    others = PlanMember.objects.filter(
        plan=row.plan, person=row.person, deleted_at__isnull=True
    ).exclude(pk=row.pk)
    for other in others:
        ends = other.valid_until or date.max
        if other.valid_from <= (row.valid_until or date.max) and row.valid_from <= ends:
            raise Invalid({"valid_from": [_("This person is on this plan already in those days.")]})


def version_problems(row: PlanVersion) -> tuple[Problem, ...]:
    """What a check of the definition finds: what forbids to issue it, and what is only unwise."""
    return plan_problems(_readable(row.definition))


def may_be_issued(_actor: Actor, row: PlanVersion) -> Refusal | None:
    """Why a version cannot be issued now."""
    if row.state != PlanVersion.State.DRAFT:
        return Refusal(
            reason=_("It has been issued already."), next_step=_("Make the next version.")
        )
    if not row.definition:
        return Refusal(reason=_("It has no definition yet."))
    if wrong := unfinished(row):
        return Refusal(
            reason=_("What was typed last cannot be read yet: %(wrong)s") % {"wrong": wrong},
            next_step=_("Mend it in the composer."),
        )
    if not may_issue(_readable(row.definition)):
        found = "; ".join(problem.text() for problem in version_problems(row)[:3])
        return Refusal(reason=_("The check found faults: %(found)s") % {"found": found})
    if missing := people_bound(row)[1]:
        return Refusal(
            reason=_("The plan names %(names)s, and it is not clear who that is.")
            % {"names": ", ".join(missing)},
            next_step=_("Write each name, e-mail or employee number as it stands under People."),
        )
    return _untold(row)


def _untold(row: PlanVersion) -> Refusal | None:
    """A plan that counts what no contract says would pay nothing, and nobody would know why."""
    unknown = fields_unknown(version_read(row.definition)[1])
    if unknown:
        return Refusal(
            reason=_("No contract here says anything called %(names)s: nothing would be counted.")
            % {"names": ", ".join(unknown)},
            next_step=_("Take a field that the help beside “Called” names."),
        )
    return None


def _is_first(row: PlanVersion) -> bool:
    return not row.plan.versions.filter(state=PlanVersion.State.ISSUED).exists()


def _readable(definition: dict[str, Any]) -> Any:
    try:
        return plan_from_dict(definition)
    except PayFault as fault:
        raise Invalid({"definition": [fault.text(_)]}) from fault
