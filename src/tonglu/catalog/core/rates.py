"""Which dated rate holds on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

DatedRate = tuple[date, Decimal]
"""The day a rate holds from, and what one unit is worth in the base currency."""


def rate_holding(rates: Sequence[DatedRate], on: date) -> DatedRate | None:
    """The latest of the rates, which are in order of day, that began on or before `on`."""
    place = bisect_right(rates, on, key=lambda rate: rate[0])
    return rates[place - 1] if place else None
