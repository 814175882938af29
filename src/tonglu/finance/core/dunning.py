"""Which reminder an overdue customer gets next: friendly, second, final."""

from __future__ import annotations

FRIENDLY, SECOND, FINAL = "friendly", "second", "final"
LEVELS = (FRIENDLY, SECOND, FINAL)
SECOND_FROM, FINAL_FROM = 15, 45
"""Days overdue from which a second, and a final, reminder is due."""


def level_proposed(days: int, sent: str = "") -> str:
    """What the days overdue ask for, but never more than one step beyond what was sent: nobody is warned before they are asked."""
    by_days = (days >= SECOND_FROM) + (days >= FINAL_FROM)
    following = LEVELS.index(sent) + 1 if sent else 0
    return LEVELS[max(min(by_days, following), following - 1, 0)]
