"""The life of a lead: which step may follow which.

new -> nurturing -> qualified -> converted, back and forth among the first three; death comes from anywhere before conversion,
and a revived lead begins anew. A converted lead changes no more: it lives on as account, contact and opportunity.
"""

from __future__ import annotations

from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

OPEN = ("new", "nurturing", "qualified")

_NEXT: dict[str, frozenset[str]] = {
    "new": frozenset({"nurturing", "qualified", "converted", "dead"}),
    "nurturing": frozenset({"new", "qualified", "converted", "dead"}),
    "qualified": frozenset({"new", "nurturing", "converted", "dead"}),
    "dead": frozenset({"new"}),
    "converted": frozenset(),
}


def may_follow(now: str, then: str) -> bool:
    """Whether a lead may go from one status to the other."""
    return then in _NEXT.get(now, frozenset())


def step_check(now: str, then: str) -> None:
    """Refuse a step that life does not allow, naming what would."""
    if now == "converted":
        raise DomainError(
            N_("This lead has been converted and changes no more."),
            code="lead_converted",
            next_step=N_("Work on the account, contact or opportunity it became."),
        )
    if not may_follow(now, then):
        raise DomainError(
            N_("A dead lead must be revived first."),
            code="lead_dead",
            next_step=N_("Use Revive, and say what changed."),
        )
