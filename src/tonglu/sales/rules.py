"""What is derived and checked on every save, through whatever door it comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu.catalog import selectors as catalog
from tonglu.directory.memory import remember_in_batch
from tonglu.entities.fields import fields_of
from tonglu.entities.lines import lines_of
from tonglu.entities.registry import entity_of
from tonglu.kernel.currency import currency_scale
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.money import Money
from tonglu.kernel.number import decimal_rounded
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now, today, zone_of
from tonglu.toolkit.copying import rows_insert
from tonglu.toolkit.events import publish
from tonglu.toolkit.numbers import next_number

from . import events
from .core.credit import Credit, credits_check
from .core.forecast import category_of
from .core.stages import LOST, OPEN, WON
from .gate import gate_pass
from .models import (
    BuyingRole,
    CreditSplit,
    Opportunity,
    OpportunityLine,
    Pipeline,
    Stage,
    StageMove,
)
from .models.pipelines import EditionState

if TYPE_CHECKING:
    from tonglu.policy import Actor

UNCHECKED_DOORS = frozenset({"import", "job", "cli"})
"""Doors through which facts enter: a deal created there may begin in any stage, and the system may close one that a contract won."""

ALWAYS_THERE = frozenset({"owner", "pipeline", "stage", "stage_reason", "currency"})
"""Fields that no stage needs to ask for."""

FIXED_ONCE_ISSUED = (
    "pipeline_id",
    "position",
    "kind",
    "probability",
    "department_id",
    "skip",
    "criteria",
    "required_fields",
    "required_roles",
    "required_files",
)


def opportunity_derive(actor: Actor, row: Opportunity, before: Opportunity | None) -> None:
    """Number, amounts, stage and dates of a deal."""
    if before is None:
        _begin(actor, row)
    _amount_kept(actor, row, before)
    _amounts(actor, row)
    _credits(row)
    _dates(row, before)
    if before is None or row.stage_id != before.stage_id:
        _step(actor, row, before)


def opportunity_tell(actor: Actor, row: Opportunity, before: Opportunity | None) -> None:
    """The trail of the deal, and its events."""
    if before is not None and row.stage_id == before.stage_id:
        return
    move = _move(actor, row, before)
    move.save(force_insert=True)
    if before is None and _is_history(actor, row):
        return
    for event in _events(row, before, tuple(move.skipped), row.stage_reason):
        publish(event)


def opportunities_tell(actor: Actor, rows: Sequence[Opportunity]) -> None:
    """The trails and events of many new deals; what enters as history, closed already, is no news."""
    rows_insert([_move(actor, row, None) for row in rows])
    for row in rows:
        if not _is_history(actor, row):
            for event in _events(row, None, (), row.stage_reason):
                publish(event)


def pipeline_derive(actor: Actor, row: Pipeline, before: Pipeline | None) -> None:
    """The code of a pipeline is what its editions share, so it stays."""
    if before is not None and row.code != before.code:
        raise Invalid({"code": [N_("The code stays the same in every edition.")]})


def stage_derive(actor: Actor, row: Stage, before: Stage | None) -> None:
    """A stage of an issued edition keeps its rules; its words and its norm may be improved."""
    if row.pipeline.state == EditionState.DRAFT:
        return
    changed = before is None or any(
        getattr(row, name) != getattr(before, name) for name in FIXED_ONCE_ISSUED
    )
    if changed:
        raise DomainError(
            N_("The rules of an issued pipeline do not change: running deals rely on them."),
            code="issued",
            field="pipeline",
            next_step=N_("Make a new edition of the pipeline and change it there."),
        )


def gate_fields() -> list[tuple[str, Any]]:
    """The fields of a deal that a stage may ask for."""
    entity = entity_of("sales.opportunity")
    return [
        (name, field.label)
        for name, field in fields_of(entity).items()
        if not (field.readonly or field.required or name in ALWAYS_THERE)
        and (field.is_custom or name in entity.form_fields)
    ]


def gate_roles() -> list[tuple[str, Any]]:
    """The buying roles that a stage may ask for."""
    return list(BuyingRole.Part.choices)


def target_derive(actor: Actor, row: Any, before: Any) -> None:
    """A target is for a month, whichever of its days was typed."""
    if row.month:
        row.month = row.month.replace(day=1)


def pipeline_default() -> Pipeline:
    """The issued pipeline that new deals take; a refusal when there is none."""
    pipeline = remember_in_batch("sales.pipeline_default", _pipeline_default)
    if pipeline is None:
        raise DomainError(
            N_("There is no pipeline yet."),
            code="no_pipeline",
            field="pipeline",
            next_step=N_("Set up a pipeline with its stages and issue it."),
        )
    return pipeline


def stage_meant(
    found: Sequence[Stage], beside: Mapping[str, Any], row: Opportunity | None
) -> Stage | None:
    """The stage of that name in the pipeline named beside it, else in the deal's own, else in the one new deals take."""
    pipeline = beside.get("pipeline") or getattr(row, "pipeline", None) or pipeline_default()
    return next((stage for stage in found if stage.pipeline_id == pipeline.pk), None)


def pipeline_meant(
    found: Sequence[Pipeline], _beside: Mapping[str, Any], _row: object
) -> Pipeline | None:
    """Of several editions the issued one."""
    issued = [one for one in found if one.state == EditionState.ISSUED]
    return issued[0] if len(issued) == 1 else None


def stage_first(pipeline: Pipeline, kind: str = OPEN) -> Stage:
    """The first stage of a kind; a refusal when the pipeline has none."""
    stage = remember_in_batch(
        ("sales.stage_first", pipeline.pk, kind),
        lambda: pipeline.stages.filter(kind=kind, deleted_at__isnull=True).first(),
    )
    if stage is None:
        raise DomainError(
            N_("The pipeline %(pipeline)s has no such stage."),
            code="no_stage",
            field="stage",
            params={"pipeline": pipeline.label},
        )
    return stage


def _pipeline_default() -> Pipeline | None:
    found = Pipeline.objects.filter(state=EditionState.ISSUED, deleted_at__isnull=True)
    return found.order_by("-is_default", "position", "pk").first()


def _move(actor: Actor, row: Opportunity, before: Opportunity | None) -> StageMove:
    return StageMove(
        opportunity=row,
        from_stage_id=before.stage_id if before else None,
        to_stage_id=row.stage_id,
        moved_at=row.stage_since,
        moved_by_id=actor.person_id,
        stood=row.stage_since - before.stage_since if before else _stood_as_history(row),
        amount=row.base_amount,
        reason=row.stage_reason,
        skipped=list(row.__dict__.pop("_skipped", ())),
    )


def _stood_as_history(row: Opportunity) -> timedelta | None:
    """A deal that enters closed was open from the day it was opened to the day it closed."""
    if row.is_open or not row.opened_on or row.closed_at is None:
        return None
    return max(row.closed_at - _noon(row.opened_on), timedelta(0))


def _is_history(actor: Actor, row: Opportunity) -> bool:
    return actor.door == "import" and not row.is_open


def _begin(actor: Actor, row: Any) -> None:
    if row.pipeline_id is None:
        row.pipeline = row.stage.pipeline if row.stage_id else pipeline_default()
    if row.stage_id is None:
        row.stage = stage_first(row.pipeline)
    row.opened_on = row.opened_on or today(actor)
    row.number = next_number("opportunity", "D{year}-{n:05}")


def opportunity_draft(actor: Actor, row: Opportunity) -> None:
    """The amounts of a deal as typed so far, once its credit split makes a whole."""
    if not row.account_id and lines_of(row, OpportunityLine):
        raise Invalid({"account": [N_("Choose the account first.")]})
    _amounts(actor, row)
    _credits(row)


def _amount_kept(actor: Actor, row: Opportunity, before: Opportunity | None) -> None:
    """Tell a person who types another amount than was signed where it is changed; a file or a job is not stopped by it."""
    if before is None or actor.door in UNCHECKED_DOORS or not _is_signed(before):
        return
    if row.amount != before.amount and _is_signed(row):
        raise Invalid(
            {"amount": [N_("This is what was signed. Amend the contract to change the amount.")]}
        )


def _is_signed(row: Opportunity) -> bool:
    return row.signed_amount is not None and row.stage.kind == WON


def _amounts(actor: Actor, row: Opportunity) -> None:
    lines: list[OpportunityLine] = lines_of(row, OpportunityLine)
    day = today(actor)
    for line in lines:
        _price(actor, row, line, day)
    if row.stage_id and _is_signed(row):
        row.amount = row.signed_amount or Decimal(0)
    elif lines:
        row.amount = sum((line.amount for line in lines), Decimal(0))
    row.base_amount = catalog.to_base(Money(row.amount, row.currency), day).amount
    row.margin_estimate = None if row.cost_estimate is None else row.amount - row.cost_estimate


def _price(actor: Actor, row: Opportunity, line: OpportunityLine, day: Any) -> None:
    if line.quantity <= 0:
        raise Invalid({"opportunityline": [N_("The quantity must be more than zero.")]})
    if line.price is None:
        price = catalog.price_for(
            actor, line.product, row.account, line.quantity, day, row.currency
        )
        line.price = price.amount.amount
    net = line.quantity * line.price * (1 - line.discount)
    line.amount = decimal_rounded(net, currency_scale(row.currency))


def _credits(row: Opportunity) -> None:
    credits_check(
        Credit(
            person_id=line.person_id,
            percent=line.percent,
            direct=line.kind == CreditSplit.Kind.DIRECT,
            sourced=line.kind == CreditSplit.Kind.SOURCER,
        )
        for line in lines_of(row, CreditSplit)
    )


def _dates(row: Opportunity, before: Opportunity | None) -> None:
    if before is None or not before.close_date or not row.close_date:
        return
    if row.close_date > before.close_date and row.is_open:
        row.close_date_moves = before.close_date_moves + 1


_reason_told = ContextVar("tonglu_stage_reason_told", default=False)


@contextmanager
def reason_told() -> Iterator[None]:
    """Within it the reason of a step is the one that is given for it, though the step before had the same."""
    token = _reason_told.set(True)
    try:
        yield
    finally:
        _reason_told.reset(token)


def _step(actor: Actor, row: Opportunity, before: Opportunity | None) -> None:
    if before is not None and row.stage_reason == before.stage_reason and not _reason_told.get():
        row.stage_reason = ""  # that of the step before
    enters_as_fact = actor.door in UNCHECKED_DOORS and (before is None or actor.is_system)
    if not enters_as_fact:
        now_in = before.stage if before else None
        row.__dict__["_skipped"] = gate_pass(actor, row, now_in, row.stage_reason)
    _enter(row, before)


def _enter(row: Opportunity, before: Opportunity | None) -> None:
    stage = row.stage
    row.is_open = stage.kind == OPEN
    row.closed_at = None if row.is_open else _closed_at(row, before)
    row.stage_since = row.closed_at or _entered_at(row, before)
    if row.is_open:
        row.outcome_reason, row.outcome_note = None, ""
    row.stage_due_on = _due_on(row, stage)
    judged = before.probability if before else Decimal(0)
    if row.probability == judged or not row.is_open:
        row.probability = stage.probability
    if not row.forecast_category or before is not None:
        row.forecast_category = category_of(row.probability)


def _closed_at(row: Opportunity, before: Opportunity | None) -> datetime:
    """When it happened: now, or, for a deal that enters as history, noon of its close date."""
    if before is None and row.close_date:
        return min(_noon(row.close_date), now())
    return now()


def _entered_at(row: Opportunity, before: Opportunity | None) -> datetime:
    """When the deal came into its stage: now, or, for one that enters as history, the day it was opened."""
    if before is None and row.opened_on:
        return min(_noon(row.opened_on), now())
    return now()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), zone_of(""))


def _due_on(row: Opportunity, stage: Stage) -> Any:
    if not row.is_open or stage.norm_days is None:
        return None
    return row.stage_since.astimezone(zone_of("")).date() + timedelta(days=stage.norm_days)


def _events(
    row: Opportunity, before: Opportunity | None, skipped: tuple[int, ...], reason: str
) -> list[Any]:
    facts: dict[str, Any] = {
        "opportunity_id": row.pk,
        "account_id": row.account_id,
        "owner_id": row.owner_id,
        "pipeline_id": row.pipeline_id,
        "stage_id": row.stage_id,
        "amount": row.amount,
        "currency": row.currency,
        "base_amount": row.base_amount,
    }
    found: list[Any] = []
    if before is None:
        found.append(events.OpportunityOpened(**facts, lead_id=row.lead_id))
    else:
        moved: dict[str, Any] = {
            "from_stage_id": before.stage_id,
            "skipped": skipped,
            "reason": reason,
        }
        found.append(events.OpportunityMoved(**facts, **moved))
        if row.is_open and not before.is_open:
            found.append(events.OpportunityReopened(**facts, reason=reason))
    if row.stage.kind == WON:
        found.append(events.OpportunityWon(**facts, reason_id=row.outcome_reason_id))
    if row.stage.kind == LOST:
        found.append(events.OpportunityLost(**facts, reason_id=row.outcome_reason_id))
    return found
