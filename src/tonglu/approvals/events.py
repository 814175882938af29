"""What approvals tell the other modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tonglu.toolkit.events import Event


@dataclass(frozen=True, kw_only=True)
class _RequestEvent(Event):
    request_id: int
    subject: str
    target_kind: str
    target_id: int
    asker_id: int | None


@dataclass(frozen=True, kw_only=True)
class ApprovalAsked(_RequestEvent):
    """People are asked to decide now."""

    name: ClassVar[str] = "approvals.request.asked"
    people: tuple[int, ...]
    urged: bool = False


@dataclass(frozen=True, kw_only=True)
class ApprovalDecided(_RequestEvent):
    """A request was approved, returned or withdrawn."""

    name: ClassVar[str] = "approvals.request.decided"
    state: str
    automatic: bool = False
