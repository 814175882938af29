"""A number that may differ by payee and by window: quotas, targets, start values.

In the neutral form it is a number, or names that lead to one: {A: 100000, B: {2024-Q1: 20000, default: 25000}}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.numbers import exact


@dataclass(frozen=True, kw_only=True)
class Amounts:
    default: Fraction | None = None
    by_name: tuple[tuple[str, Amounts], ...] = ()

    def times(self, factor: Fraction) -> Amounts:
        """The same amounts, each times the factor."""
        return Amounts(
            default=None if self.default is None else self.default * factor,
            by_name=tuple((name, inner.times(factor)) for name, inner in self.by_name),
        )

    def numbers(self) -> tuple[Fraction, ...]:
        """Every number in it."""
        own = () if self.default is None else (self.default,)
        return (*own, *(number for _, inner in self.by_name for number in inner.numbers()))

    def find(self, *names: str) -> Fraction | None:
        """The number for these names (payee, window key, window label), else the default."""
        for name, amounts in self.by_name:
            if name in names:
                return amounts.find(*(other for other in names if other != name))
        return self.default


NO_AMOUNTS = Amounts()


def amounts_from(value: Any) -> Amounts:
    if not isinstance(value, Mapping):
        return Amounts(default=None if value is None else exact(value))
    named = tuple(
        (str(name), amounts_from(inner)) for name, inner in value.items() if name != "default"
    )
    default = value.get("default")
    return Amounts(default=None if default is None else exact(default), by_name=named)
