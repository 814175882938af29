"""The gate before a stage: what it asks for and the deal does not have, who may move the deal, and which stages a step passes over.

One gate for every door: the stage bar, the board, the form, a line of a file and the API all read it here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tonglu import policy
from tonglu.collaboration.selectors import record_documents
from tonglu.directory.memory import remember
from tonglu.directory.selectors import department_below, department_label
from tonglu.entities.conditions import parts_failing
from tonglu.entities.fields import field_of, value_of
from tonglu.entities.lines import lines_of
from tonglu.entities.registry import entity_of
from tonglu.kernel.errors import Denied
from tonglu.kernel.text import N_

from .core.stages import (
    Missing,
    StageClosed,
    StageRule,
    change_check,
    skip_check,
    stages_between,
)
from .models import BuyingRole, Opportunity, Stage

if TYPE_CHECKING:
    from tonglu.policy import Actor

KIND = "sales.opportunity"
ACROSS = "steer"
"""The act of moving a deal although another department owns its stage."""


def stage_rule(stage: Stage) -> StageRule:
    """What the machine needs to know about a stage."""
    return StageRule(
        id=stage.pk,
        pipeline_id=stage.pipeline_id,
        position=stage.position,
        kind=stage.kind,
        skip=stage.skip,
        label=stage.label,
    )


def stage_missing(actor: Actor, row: Opportunity, stage: Stage) -> tuple[Missing, ...]:
    """All that the stage asks for and the deal does not have; empty when the way is free."""
    return (
        *_fields_missing(row, stage),
        *_roles_missing(row, stage),
        *_files_missing(row, stage),
        *_criteria_missing(actor, row, stage),
    )


def stage_owner_refusal(actor: Actor, row: Opportunity, *stages: Stage | None) -> Denied | None:
    """Why the actor may not move the deal in or out of the stages; None when every one of them is theirs."""
    for stage in stages:
        owner = stage.department_id if stage is not None else None
        if owner is None or actor.is_system or actor.department_ids & department_below([owner]):
            continue
        if not policy.may(actor, ACROSS, KIND, row if row.pk else None):
            return _owned_by(stage, owner)
    return None


def stages_skipped(now: Stage | None, to: Stage) -> tuple[StageRule, ...]:
    """The stages that the step passes over."""
    stages = Stage.objects.filter(pipeline_id=to.pipeline_id, deleted_at__isnull=True)
    rules = remember(("sales.stages", to.pipeline_id), lambda: [stage_rule(one) for one in stages])
    return stages_between(rules, stage_rule(now) if now else None, stage_rule(to))


def gate_pass(actor: Actor, row: Opportunity, now: Stage | None, reason: str) -> tuple[int, ...]:
    """Check the step from `now` to the deal's stage by every rule; gives the ids of the stages it skips."""
    to = row.stage
    change_check(
        stage_rule(now) if now else None,
        stage_rule(to),
        pipeline_id=row.pipeline_id,
        reason=reason,
        has_outcome=row.outcome_reason_id is not None,
    )
    refusal = stage_owner_refusal(actor, row, now, to)
    if refusal is not None:
        raise refusal
    same_process = now is None or now.pipeline_id == to.pipeline_id
    skipped = stages_skipped(now, to) if same_process else ()
    skip_check(skipped, reason)
    missing = stage_missing(actor, row, to)
    if missing:
        raise StageClosed(to.label, missing)
    return tuple(stage.id for stage in skipped)


def _owned_by(stage: Stage | None, department_id: int) -> Denied:
    label = stage.label if stage else ""
    return Denied(
        N_("The stage %(stage)s belongs to %(department)s; only they move deals in or out."),
        code="stage_owner",
        field="stage",
        params={"stage": label, "department": department_label(department_id)},
        next_step=N_("Ask them to move it."),
    )


def _fields_missing(row: Opportunity, stage: Stage) -> Iterator[Missing]:
    for name in stage.required_fields:
        field = field_of(entity_of(row), name)
        if field is not None and value_of(row, name) in (None, "", 0, []):
            label = _("%(field)s is known") % {"field": field.label}
            yield Missing(kind="field", label=label, field=name)


def _roles_missing(row: Opportunity, stage: Stage) -> Iterator[Missing]:
    if not stage.required_roles:
        return
    known = {one.role for one in lines_of(row, BuyingRole)}
    for role in stage.required_roles:
        if role not in known:
            label = _("%(role)s is known") % {"role": BuyingRole.Part(role).label}
            yield Missing(kind="role", label=label)


def _files_missing(row: Opportunity, stage: Stage) -> Iterator[Missing]:
    wanted = stage.required_files
    if wanted and _files_of(row) < wanted:
        text = ngettext("%(n)s file is attached", "%(n)s files are attached", wanted)
        yield Missing(kind="file", label=text % {"n": wanted})


def _criteria_missing(actor: Actor, row: Opportunity, stage: Stage) -> Iterator[Missing]:
    for sentence in parts_failing(row, stage.criteria, actor):
        yield Missing(kind="criterion", label=sentence)


def _files_of(row: Opportunity) -> int:
    return len(record_documents(KIND, row.pk)) if row.pk else 0
