"""How a goal is going: what share of the period has passed, and what share of the target is reached."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

BEHIND = Decimal("0.9")
"""Below this share of what time asks for, a goal is behind."""


def time_passed(starts_on: date, ends_on: date, today: date) -> Decimal:
    """The share of the period that has passed, the day of today included; 0 before it and 1 after it."""
    days = (ends_on - starts_on).days + 1
    passed = min(max((today - starts_on).days + 1, 0), days)
    return Decimal(passed) / Decimal(days)


def is_behind(attainment: Decimal, passed: Decimal) -> bool:
    """Whether less is reached than the time that passed would ask for."""
    return attainment < passed * BEHIND
