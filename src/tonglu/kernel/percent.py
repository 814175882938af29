"""A rate or share, kept as a fraction: 12.5 % is `Percent(Decimal("0.125"))`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tonglu.kernel.number import decimal_of, decimal_parse, decimal_rounded, decimal_text

PLACES = 4
"""Decimal places of a stored fraction: rates are exact to a hundredth of a percent."""


@dataclass(frozen=True, slots=True, order=True)
class Percent:
    """`Percent(Decimal("0.125"))` is 12.5 %; `Percent.of_hundred("12.5")` says the same in hundredths."""

    fraction: Decimal

    def __post_init__(self) -> None:
        object.__setattr__(self, "fraction", decimal_of(self.fraction))

    @classmethod
    def of_hundred(cls, value: Decimal | int | str) -> Percent:
        """From hundredths, as people say it."""
        return cls(decimal_of(value) / 100)

    @classmethod
    def of(cls, part: Decimal | int, whole: Decimal | int) -> Percent | None:
        """Which share of `whole` is `part`; None when the whole is zero."""
        return cls(decimal_of(part) / decimal_of(whole)) if whole else None

    @classmethod
    def parse(cls, text: str) -> Percent:
        """The rate a person typed; `12.5`, `12.5%` and `１２．５％` are the same."""
        return cls.of_hundred(decimal_parse(text.strip().rstrip("%％")))

    @property
    def hundredths(self) -> Decimal:
        """The number in front of the percent sign."""
        return self.fraction * 100

    def rounded(self, places: int = PLACES) -> Percent:
        """The fraction to so many decimal places, half away from zero."""
        return Percent(decimal_rounded(self.fraction, places))

    def __str__(self) -> str:
        return f"{decimal_text(self.hundredths)}%"
