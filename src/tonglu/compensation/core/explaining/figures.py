"""Figures as people read them: money with thousands, rates in percent or per mille."""

from __future__ import annotations

from fractions import Fraction

from tonglu.compensation.core.model.measure import MONEY
from tonglu.compensation.core.numbers import fixed_text, number_text
from tonglu.compensation.core.rounding import Rounding

_CENTS = Rounding(scale=2)
_FINE = Rounding(scale=6)
_RATE = Rounding(scale=4)


def money(value: Fraction) -> str:
    """1,234.50; fractions of a cent only where there are any."""
    cents = _CENTS.money(value)
    text = fixed_text(cents, 2) if cents == value else number_text(_FINE.money(value))
    sign = "−" if text.startswith("-") else ""
    whole, dot, rest = text.lstrip("-").partition(".")
    return f"{sign}{int(whole):,}{dot}{rest}"


def count(value: Fraction) -> str:
    """7, 2.5: quantities without forced decimals."""
    return number_text(_FINE.money(value)).replace("-", "−")


def quantity(value: Fraction, measure: str) -> str:
    """Money measures as money, all others as counts."""
    return money(value) if measure in MONEY else count(value)


def percent(value: Fraction, space: str, per_mille: bool = False) -> str:
    """5 %, 53.3333 %; below one percent per mille where that is customary."""
    if per_mille and 0 < abs(value) < Fraction(1, 100):
        return f"{_rate(value * 1000)}‰"
    return f"{_rate(value * 100)}{space}%"


def _rate(value: Fraction) -> str:
    return number_text(_RATE.money(value)).replace("-", "−")
