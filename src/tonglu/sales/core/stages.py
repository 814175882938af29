"""The stage machine: a pipeline is a row of stages, and a deal moves between them by their rules.

A stage belongs to a department: only its people move deals in or out of it. A step forward may pass over stages; each of them
says whether it may be passed over never, with a reason, or freely. Closing stages (won, lost) are reached by winning and losing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_

OPEN, WON, LOST = "open", "won", "lost"
NEVER, REASON, FREELY = "never", "reason", "freely"


@dataclass(frozen=True, kw_only=True)
class StageRule:
    """What the machine needs to know about a stage."""

    id: int
    pipeline_id: int
    position: int
    kind: str = OPEN
    skip: str = FREELY
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One thing a stage asks for that the deal does not have; `field` names the form field that would fill it."""

    kind: str
    label: str
    field: str = ""


class StageClosed(Invalid):
    """A stage that asks for more than the deal has."""

    code = "stage_missing"

    def __init__(self, stage: str, missing: Sequence[Missing]) -> None:
        errors: dict[str, list[Any]] = {}
        for one in missing:
            errors.setdefault(one.field or "stage", []).append(one.label)
        super().__init__(
            errors,
            params={"stage": stage, "missing": "; ".join(one.label for one in missing)},
            next_step=N_("Fill in what is missing, then move the deal again."),
        )
        self.message = N_("%(stage)s asks for: %(missing)s.")
        self.field = "stage"


def stages_between(
    stages: Sequence[StageRule], now: StageRule | None, to: StageRule
) -> tuple[StageRule, ...]:
    """The open stages that a step passes over; going back, losing and standing still pass over none."""
    if to.kind == LOST:
        return ()
    after = -1 if now is None else now.position
    return tuple(
        stage for stage in stages if stage.kind == OPEN and after < stage.position < to.position
    )


def skip_check(skipped: Sequence[StageRule], reason: str) -> None:
    """Refuse passing over a stage that must not be missed, and passing over any other without its reason."""
    for stage in skipped:
        if stage.skip == NEVER:
            raise DomainError(
                N_("The stage %(stage)s must not be skipped."),
                code="stage_skipped",
                field="stage",
                params={"stage": stage.label},
                next_step=N_("Move the deal there first."),
            )
    needing = [stage.label for stage in skipped if stage.skip == REASON]
    if needing and not reason.strip():
        raise DomainError(
            N_("Skipping %(stages)s needs a reason."),
            code="reason_needed",
            field="stage_reason",
            params={"stages": ", ".join(needing)},
        )


def move_check(now: StageRule, to: StageRule) -> None:
    """Refuse moving to where the deal is, out of a closed stage, or into one without winning or losing."""
    if to.id == now.id:
        raise DomainError(
            N_("The deal is in that stage already."), code="same_stage", field="stage"
        )
    if now.kind != OPEN:
        raise DomainError(
            N_("A closed deal is reopened before it is moved."),
            code="closed",
            field="stage",
            next_step=N_("Reopen the deal."),
        )
    if to.kind != OPEN:
        raise DomainError(
            N_("A deal is closed by winning or losing it."),
            code="close_by_verb",
            field="stage",
            next_step=N_("Use Mark won or Mark lost."),
        )


def change_check(
    now: StageRule | None, to: StageRule, *, pipeline_id: int, reason: str, has_outcome: bool
) -> None:
    """What holds for every change of stage, through whatever door: right pipeline, a loss has its cause, a reopening its reason."""
    if to.pipeline_id != pipeline_id:
        raise DomainError(
            N_("That stage belongs to another pipeline."), code="wrong_pipeline", field="stage"
        )
    if now is None:
        return
    if to.kind == LOST and not has_outcome:
        raise DomainError(
            N_("Say why the deal was lost."), code="reason_needed", field="outcome_reason"
        )
    if now.kind != OPEN and not reason.strip():
        raise DomainError(
            N_("Say why the closed deal is changed."), code="reason_needed", field="stage_reason"
        )
