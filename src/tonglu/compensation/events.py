"""What pay publishes: statements that are final, disputes raised and answered, corrections told. People read amounts on the record, never in an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tonglu.toolkit.events import Event


@dataclass(frozen=True, kw_only=True)
class StatementReady(Event):
    """A month was approved: what this statement says is final, and its payee may answer."""

    name: ClassVar[str] = "compensation.statement.ready"
    statement_id: int
    person_id: int | None


@dataclass(frozen=True, kw_only=True)
class DisputeRaised(Event):
    """A payee says that a statement is wrong."""

    name: ClassVar[str] = "compensation.dispute.raised"
    dispute_id: int
    person_id: int | None


@dataclass(frozen=True, kw_only=True)
class DisputeAnswered(Event):
    """A dispute was granted or explained."""

    name: ClassVar[str] = "compensation.dispute.answered"
    dispute_id: int
    person_id: int | None


@dataclass(frozen=True, kw_only=True)
class CorrectionTold(Event):
    """Two people approved a correction: its payee reads it and answers."""

    name: ClassVar[str] = "compensation.correction.told"
    correction_id: int
    person_id: int | None
