"""What people do with deals and pipelines; the rules themselves stand in `rules` and hold through every door."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import translation

from tonglu import policy
from tonglu.audit.services import context
from tonglu.collaboration.services import task_create
from tonglu.directory.memory import forget
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import DomainError, NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import today

from .core.stages import LOST, WON, move_check
from .gate import stage_rule
from .models import Opportunity, OpportunityLine, Pipeline, Stage, WinLossReason
from .models.opportunities import Attention
from .models.pipelines import EditionState
from .rules import reason_told, stage_first
from .selectors import opportunities_of_contact

if TYPE_CHECKING:
    from tonglu.customers.models import Account, Contact
    from tonglu.marketing.models import Lead
    from tonglu.policy import Actor

COPIED_OF_STAGE = (
    "name",
    "name_zh",
    "position",
    "kind",
    "probability",
    "department",
    "norm_days",
    "skip",
    "criteria",
    "required_fields",
    "required_roles",
    "required_files",
    "guidance",
    "guidance_zh",
)


def opportunity_open(
    *,
    actor: Actor,
    values: Mapping[str, Any],
    lines: Mapping[type[Any], list[dict[str, Any]]] | None = None,
) -> Opportunity:
    """Make a deal; without a pipeline it enters the first stage of the default one."""
    row: Opportunity = record_create(actor=actor, model=Opportunity, values=values, lines=lines)
    return row


def opportunity_from_lead(
    *,
    actor: Actor,
    lead: Lead,
    account: Account,
    contact: Contact | None,
    name: str,
    amount: Decimal | None,
) -> Opportunity:
    """Make a deal of a converted lead, with what the lead told; marketing calls this through its port."""
    values = {
        "name": name,
        "account": account,
        "contact": contact,
        "lead": lead,
        "amount": amount or Decimal(0),
        "currency": lead.currency,
        "budget": lead.budget,
        "source": lead.source,
        "campaign": lead.campaign,
        "description": lead.need,
        "close_date": lead.expected_on,
        "owner": lead.owner or account.owner,
    }
    policy.require(actor, "create", "sales.opportunity")
    # An amount that was named stays: one piece at its list price would take its place.
    named = bool(amount) or lead.product is None
    product = [] if named else [{"product": lead.product}]
    made: Opportunity = record_create(
        actor=actor, model=Opportunity, values=values, lines={OpportunityLine: product}, act=None
    )
    return made


def opportunity_move(
    *, actor: Actor, row: Opportunity, to: Stage | int | str, reason: str = ""
) -> Opportunity:
    """Move a deal to another open stage of its pipeline."""
    stage = to if isinstance(to, Stage) else _stage(row, to)
    move_check(stage_rule(row.stage), stage_rule(stage))
    return _change(actor, row, {"stage": stage, "stage_reason": reason}, "moved")


def opportunity_win(
    *, actor: Actor, row: Opportunity, reason: WinLossReason | None = None, note: str = ""
) -> Opportunity:
    """Close a deal as won."""
    return _close(actor, row, WON, reason, note)


def opportunity_signed(
    *, actor: Actor, row: Opportunity, amount: Decimal, number: str
) -> Opportunity:
    """A contract was signed: close the deal as won, unless somebody has, with what was signed as its amount.

    A deal that was lost stays as it is. Products keep their prices; only the amount of the deal follows the contract.
    """
    signed = {"signed_amount": amount}
    with translation.override(row.owner.language if row.owner else None):
        why = translation.gettext("Amount taken from contract %(number)s") % {"number": number}
    with context(actor, reason=why):
        if row.is_open:
            return _close(actor, row, WON, None, number, signed)
        return _change(actor, row, signed, "signed") if row.stage.kind == WON else row


def opportunity_lose(
    *, actor: Actor, row: Opportunity, reason: WinLossReason, note: str = ""
) -> Opportunity:
    """Close a deal as lost, with the reason from the list and what there is to learn."""
    return _close(actor, row, LOST, reason, note)


def opportunity_reopen(
    *, actor: Actor, row: Opportunity, reason: str, to: Stage | None = None
) -> Opportunity:
    """Open a closed deal again, where it was before or in the stage named."""
    if row.is_open:
        raise DomainError(N_("The deal is open."), code="open")
    stage = to or _stage_before_closing(row)
    return _change(actor, row, {"stage": stage, "stage_reason": reason}, "reopened")


def opportunity_change_process(
    *, actor: Actor, row: Opportunity, to: Stage, reason: str
) -> Opportunity:
    """Take a deal knowingly over to another pipeline, or to a newer edition of its own."""
    if to.pipeline_id == row.pipeline_id:
        raise DomainError(N_("That is the pipeline the deal is in."), code="same_pipeline")
    values = {"pipeline": to.pipeline, "stage": to, "stage_reason": reason}
    return _change(actor, row, values, "process_changed")


def opportunity_attend(*, actor: Actor, row: Opportunity) -> Opportunity:
    """Note that what made the deal need attention has been looked after."""
    return _change(actor, row, {"attention": ""}, "attended")


def opportunities_flag_contact(*, actor: Actor, contact_id: int) -> int:
    """Flag every open deal in which somebody who left plays a part; gives how many were flagged."""
    flagged = 0
    for row in opportunities_of_contact(contact_id):
        if row.attention != Attention.CONTACT_LEFT:
            values = {"attention": Attention.CONTACT_LEFT}
            record_update(actor=actor, row=row, values=values, act=None, verb=_verb("flagged"))
            _ask_who_decides(actor, row)
            flagged += 1
    return flagged


def pipeline_issue(*, actor: Actor, row: Pipeline) -> Pipeline:
    """Put an edition in force for new deals; the one before retires, and running deals stay in it."""
    if row.state != EditionState.DRAFT:
        raise DomainError(N_("Only a draft can be issued."), code="not_a_draft")
    for kind in ("open", WON, LOST):
        stage_first(row, kind)
    with context(actor, verb="sales.pipeline.issued"):
        for former in Pipeline.objects.filter(code=row.code, state=EditionState.ISSUED):
            _retire(actor, former)
            _hand_names_over(actor, former, row)
        done: Pipeline = record_update(
            actor=actor,
            row=row,
            values={"state": EditionState.ISSUED},
            verb="sales.pipeline.issued",
        )
    return done


def pipeline_new_edition(*, actor: Actor, row: Pipeline) -> Pipeline:
    """A draft of the next edition, with all stages copied, to be changed and issued."""
    latest = Pipeline.objects.filter(code=row.code).order_by("-edition").first() or row
    if latest.state == EditionState.DRAFT:
        raise DomainError(N_("A draft of the next edition exists."), code="draft_exists")
    names = ("name", "name_zh", "code", "record_type", "department", "is_default", "position")
    values = {name: getattr(latest, name) for name in names}
    with context(actor, verb="sales.pipeline.edition"):
        made: Pipeline = record_create(
            actor=actor,
            model=Pipeline,
            values={**values, "edition": latest.edition + 1, "replaces": latest},
        )
        for stage in row.stages.filter(deleted_at__isnull=True):
            copied = {name: getattr(stage, name) for name in COPIED_OF_STAGE}
            record_create(actor=actor, model=Stage, values={**copied, "pipeline": made})
    forget()
    return made


def _retire(actor: Actor, former: Pipeline) -> None:
    record_update(actor=actor, row=former, values={"state": EditionState.RETIRED})


def _hand_names_over(actor: Actor, former: Pipeline, edition: Pipeline) -> None:
    """The names that other systems know the stages by pass on to the stages of the new edition."""
    heirs = {stage.name: stage for stage in edition.stages.all()}
    for stage in former.stages.exclude(external_id=None):
        name, heir = stage.external_id, heirs.get(stage.name)
        if heir is not None and heir.external_id is None:
            told = {"external_id": f"{name}@{former.edition}"}
            record_update(actor=actor, row=stage, values=told, act=None)
            record_update(actor=actor, row=heir, values={"external_id": name}, act=None)


def _ask_who_decides(actor: Actor, row: Opportunity) -> None:
    """Put the question on the owner's list, in their language."""
    if row.owner is None:
        return
    with translation.override(row.owner.language):
        subject = translation.gettext("A contact left: find out who decides now")
    task_create(actor=actor, subject=subject, target=row, owner=row.owner, due_on=today())


def _change(actor: Actor, row: Opportunity, values: dict[str, Any], done: str) -> Opportunity:
    with reason_told() if "stage_reason" in values else nullcontext():
        changed: Opportunity = record_update(actor=actor, row=row, values=values, verb=_verb(done))
    return changed


def _close(
    actor: Actor,
    row: Opportunity,
    kind: str,
    reason: WinLossReason | None,
    note: str,
    more: Mapping[str, Any] | None = None,
) -> Opportunity:
    if not row.is_open:
        raise DomainError(
            N_("The deal is closed already."),
            code="closed",
            next_step=N_("Reopen the deal."),
        )
    if reason is not None and reason.outcome != kind:
        raise DomainError(
            N_("That reason belongs to the other outcome."), code="wrong_reason", field="reason"
        )
    values = {
        "stage": stage_first(row.pipeline, kind),
        "outcome_reason": reason,
        "outcome_note": note,
        "stage_reason": note,
        **(more or {}),
    }
    return _change(actor, row, values, kind)


def _stage(row: Opportunity, to: int | str) -> Stage:
    stages = Stage.objects.filter(pipeline_id=row.pipeline_id, deleted_at__isnull=True)
    stage = stages.filter(pk=int(to)).first() if str(to).isdecimal() else None
    if stage is None:
        raise NotFound(N_("There is no such stage in this pipeline."), field="stage")
    return stage


def _stage_before_closing(row: Opportunity) -> Stage:
    last = row.moves.filter(to_stage=row.stage_id).order_by("-moved_at", "-pk").first()
    before = last.from_stage if last else None
    if before is None or before.pipeline_id != row.pipeline_id:
        return stage_first(row.pipeline)
    return before


def _verb(done: str) -> str:
    return f"sales.opportunity.{done}"
