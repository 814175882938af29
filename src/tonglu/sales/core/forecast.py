"""Weighing open deals for the forecast, each amount counted once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tonglu.kernel.number import decimal_rounded

COMMIT, BEST, PIPELINE, OMITTED = "commit", "best", "pipeline", "omitted"


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One deal, or the sum of many of the same category and probability, in base currency."""

    category: str
    amount: Decimal
    probability: Decimal
    count: int = 1


@dataclass(kw_only=True)
class Forecast:
    """Sums by category: `amount` at face value, `weighted` by probability."""

    amount: dict[str, Decimal] = field(default_factory=dict)
    weighted: dict[str, Decimal] = field(default_factory=dict)
    count: int = 0

    @property
    def total_weighted(self) -> Decimal:
        """What is expected to close."""
        return sum(self.weighted.values(), Decimal(0))


def forecast_of(deals: Iterable[Weighed]) -> Forecast:
    """The forecast of open deals; omitted ones are left out, and the weighted sum is rounded once per category."""
    return forecast_of_sums(
        (deal.category, deal.count, deal.amount, deal.amount * deal.probability) for deal in deals
    )


def forecast_of_sums(sums: Iterable[tuple[str, int, Decimal, Decimal]]) -> Forecast:
    """The same from category, count, amount and weighted amount, not rounded yet."""
    found = Forecast()
    exact: dict[str, Decimal] = {}
    for category, count, amount, weighted in sums:
        if category == OMITTED:
            continue
        found.count += count
        found.amount[category] = found.amount.get(category, Decimal(0)) + amount
        exact[category] = exact.get(category, Decimal(0)) + weighted
    found.weighted = {name: decimal_rounded(sum_, 2) for name, sum_ in exact.items()}
    return found


def category_of(probability: Decimal) -> str:
    """The category a deal falls into while nobody has judged it: commit from 75 %, best case from 40 %."""
    if probability >= Decimal("0.75"):
        return COMMIT
    return BEST if probability >= Decimal("0.40") else PIPELINE
