"""Accruals (ASC 340-40, IFRS 15.91-94): which pay becomes an asset, which is expensed at once.

Incremental costs of a contract are capitalised and amortised over the benefit; others, and with the
practical expedient those whose benefit is no longer than a year, are expensed now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .model.reading import Field, Spec, flag, many, read, text, whole, whole_within
from .numbers import ONE, ZERO, exact
from .rounding import Rounding, telescoped

EXPEDIENT_MONTHS = 12
MOST_PERIODS = 100_000


@dataclass(frozen=True, kw_only=True)
class Cost:
    amount: Fraction
    incremental: bool = True
    recoverable: bool = True
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Contract:
    """`earned` less `paid`, with the employer's tax on it, is what the books owe at period end."""

    costs: tuple[Cost, ...] = ()
    periods: int = 12
    months: int | None = None
    expedient: bool = False
    tax_rate: Fraction = ZERO
    elapsed: int | None = None
    earned: Fraction = ZERO
    paid: Fraction = ZERO


@dataclass(frozen=True, kw_only=True)
class Accrual:
    asset: Fraction
    expensed_now: Fraction
    schedule: tuple[Fraction, ...]
    remaining: Fraction
    accrued: Fraction


def accrue(contract: Contract, rounding: Rounding | None = None) -> Accrual:
    """The asset, what is expensed at once, and the amortisation, rows adding up to the asset."""
    rule = rounding or Rounding()
    load = ONE + contract.tax_rate
    costs = [(cost, rule.money(cost.amount * load)) for cost in contract.costs]
    asset = sum((amount for cost, amount in costs if _capitalised(cost, contract)), ZERO)
    total = sum((amount for _, amount in costs), ZERO)
    schedule = _straight_line(asset, contract.periods, rule)
    gone = sum(schedule[: contract.elapsed or 0], ZERO)
    return Accrual(
        asset=asset,
        expensed_now=total - asset,
        schedule=tuple(schedule),
        remaining=asset - gone,
        accrued=rule.money((contract.earned - contract.paid) * load),
    )


def contract_from(raw: Any) -> Contract:
    return Contract(**read(_SPEC, raw, "Accounting"))


def _capitalised(cost: Cost, contract: Contract) -> bool:
    months = contract.periods if contract.months is None else contract.months
    at_once = contract.expedient and months <= EXPEDIENT_MONTHS
    return cost.incremental and cost.recoverable and not at_once


def _straight_line(asset: Fraction, periods: int, rounding: Rounding) -> list[Fraction]:
    if asset == 0 or periods <= 0:
        return []
    equal: Sequence[Fraction] = [asset / periods] * periods
    return telescoped(equal, rounding)


def _cost(raw: Any) -> Cost:
    return Cost(**read(_COST, raw, "Cost"))


_COST: Spec = {
    "name": Field(text, ("id", "title", "type")),
    "amount": Field(exact, ("value", "cost")),
    "incremental": Field(flag),
    "recoverable": Field(flag, ("expected_to_be_recovered",)),
}
_SPEC: Spec = {
    "costs": Field(many(_cost)),
    "periods": Field(whole_within(MOST_PERIODS), ("amortisation_periods", "amortization_periods")),
    "months": Field(whole, ("amortisation_months", "amortization_months", "benefit_months")),
    "expedient": Field(flag, ("practical_expedient",)),
    "tax_rate": Field(exact, ("employer_tax", "payroll_tax", "fringe", "employer_tax_rate")),
    "earned": Field(exact, ("earned_to_date",)),
    "paid": Field(exact, ("paid_to_date",)),
    "elapsed": Field(whole, ("elapsed_periods", "periods_elapsed")),
}
