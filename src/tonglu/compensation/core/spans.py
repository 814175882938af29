"""Which earlier facts can matter for a day: those of the longest window of the plan that holds it."""

from __future__ import annotations

from datetime import date, timedelta

from .model.plan import PlanVersion

MONTHS = {"transaction": 1, "month": 1, "quarter": 3, "half": 6, "year": 12}
SHORT_SCOPES = frozenset({"transaction", "period"})


def span_of(version: PlanVersion, day: date) -> tuple[date, date] | None:
    """The first and last day of the facts that a deal of that day is priced with; None when all of them count."""
    return None if _limits_reach_far(version) else window_span(version, day)


def window_span(version: PlanVersion, day: date) -> tuple[date, date] | None:
    """The longest window that holds a day, whatever limits reach beyond it; None when something counts without an end."""
    windows = {component.window for component in version.components}
    if not windows <= set(MONTHS):
        return None
    months = max((MONTHS[window] for window in windows), default=1)
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, months_after(first, months) - timedelta(days=1)


def months_after(first: date, months: int) -> date:
    """The first of a month some months later, or earlier."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def quarter_after(day: date) -> date:
    """The first day of the quarter after the one of `day`."""
    return months_after(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3)


def quarter_name(day: date) -> str:
    """The quarter of a day: 2026-Q4."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _limits_reach_far(version: PlanVersion) -> bool:
    """Whether a cap or floor counts over more than the window."""
    limits = [*version.caps, *version.floors]
    for component in version.components:
        limits += [*component.caps, *component.floors]
    return any(limit.scope not in SHORT_SCOPES for limit in limits)
