"""The stage machine: a pipeline is a row of stages, and a deal moves between them by their rules.

A stage belongs to a department: only its people move deals in or out of it. A step forward may pass over stages; each of them
says whether it may be passed over never, with a reason, or freely. Closing stages (won, lost) are reached by winning and losing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tonglu.kernel.errors import DomainError
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
            field="reason",
            params={"stages": ", ".join(needing)},
        )


def move_check(now: StageRule, to: StageRule) -> None:
    """Refuse a step to another pipeline, to where the deal is, out of a closed stage, or into one by dragging."""
    if to.pipeline_id != now.pipeline_id:
        raise DomainError(
            N_("That stage belongs to another pipeline."), code="wrong_pipeline", field="stage"
        )
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
