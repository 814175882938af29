"""How fast a ticket must be answered, and which state may follow which."""

from __future__ import annotations

from decimal import Decimal

ANSWER_HOURS: dict[str, Decimal] = {
    "urgent": Decimal(2),
    "high": Decimal(4),
    "normal": Decimal(8),
    "low": Decimal(24),
}
"""Working hours until the answer is due, by priority."""

NEXT: dict[str, frozenset[str]] = {
    "new": frozenset({"open", "waiting", "solved"}),
    "open": frozenset({"waiting", "solved"}),
    "waiting": frozenset({"open", "solved"}),
    "solved": frozenset({"open", "closed"}),
    "closed": frozenset({"open"}),
}


def may_follow(state: str, to: str) -> bool:
    """Whether a ticket may go from one state to another."""
    return to in NEXT.get(state, frozenset())
