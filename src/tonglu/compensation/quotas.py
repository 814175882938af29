"""Quotas that change by date, told to the engine window by window.

A member's quota is that of one window of the component (a month, a year). Who had several quotas has, in each window, the one that
holds when the window ends, or the last that held in it; nothing is blended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .core.facts import Fact
from .core.windows import window_key
from .neutral import Quota

DEFAULT = "default"
MOST_MONTHS = 600


@dataclass(frozen=True, kw_only=True)
class Term:
    """A quota and the days it holds, both included."""

    first: date
    last: date | None
    quota: Decimal


def quota_by_window(terms: Sequence[Term], window: str) -> Quota:
    """One number when there is one term; else a number for each window, and the last one beyond them."""
    in_order = sorted(terms, key=lambda one: one.first)
    if len(in_order) == 1 or window in ("all", "transaction"):
        return in_order[-1].quota
    found: dict[str, Decimal] = {}
    for at, term in enumerate(in_order):
        following = in_order[at + 1].first if at + 1 < len(in_order) else term.first
        for month in _months(term.first, term.last or max(following, term.first)):
            found[window_key(window, Fact(id="", date=month))] = term.quota
    return {**found, DEFAULT: in_order[-1].quota}


def _months(first: date, last: date) -> list[date]:
    """The first days of the months that a span touches."""
    start = first.year * 12 + first.month - 1
    end = min(last.year * 12 + last.month - 1, start + MOST_MONTHS)
    return [date(number // 12, number % 12 + 1, 1) for number in range(start, end + 1)]
