"""An amount with its currency: exact, rounded once at a named place, never added across currencies.

Arithmetic keeps full precision; `rounded()` is the one place where cents are decided (half away from zero, to the places of the
currency). `allocate` shares an amount out to the cent, so that the parts always add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from tonglu.kernel.currency import currency_checked, currency_scale
from tonglu.kernel.errors import DomainError
from tonglu.kernel.number import decimal_of, decimal_parse, decimal_rounded
from tonglu.kernel.text import N_

if TYPE_CHECKING:
    from tonglu.kernel.percent import Percent


@dataclass(frozen=True, slots=True)
class Money:
    """`Money(Decimal("12.50"), "CNY")`; integers and decimal strings are accepted as amount, floats never."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", decimal_of(self.amount))
        currency_checked(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in this currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """The amount a person typed."""
        return cls(decimal_parse(text), currency)

    def rounded(self) -> Money:
        """The amount that can be invoiced and paid."""
        return Money(decimal_rounded(self.amount, currency_scale(self.currency)), self.currency)

    def converted(self, rate: Decimal, currency: str) -> Money:
        """The same value in another currency at `rate` units of it per unit of this one; rounded."""
        return Money(self.amount * decimal_of(rate), currency).rounded()

    def share_of(self, whole: Money) -> Decimal | None:
        """This amount as a fraction of `whole`; None when the whole is zero."""
        self._same(whole)
        return self.amount / whole.amount if whole.amount else None

    def allocate(self, weights: Sequence[Decimal | int | str]) -> tuple[Money, ...]:
        """Shares the rounded amount by weight, to the last cent, by the largest remainder; earlier parts win ties."""
        shares = _largest_remainder(self._units(), [decimal_of(weight) for weight in weights])
        step = Decimal(1).scaleb(-currency_scale(self.currency))
        return tuple(Money(share * step, self.currency) for share in shares)

    def split(self, parts: int) -> tuple[Money, ...]:
        """Equal parts that add up to the rounded amount; the first ones carry the odd cents."""
        return self.allocate([1] * parts)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, factor: Decimal | int | Percent) -> Money:
        exact = factor if isinstance(factor, Decimal | int) else factor.fraction
        return Money(self.amount * decimal_of(exact), self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Decimal | int) -> Money:
        return Money(self.amount / decimal_of(divisor), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __str__(self) -> str:
        return f"{self.currency} {decimal_rounded(self.amount, currency_scale(self.currency)):,}"

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise mixed_currencies(self.currency, other.currency)

    def _units(self) -> Decimal:
        return self.rounded().amount.scaleb(currency_scale(self.currency))


def money_sum(amounts: Iterable[Money], currency: str) -> Money:
    """The total of amounts that are all in `currency`; zero when there are none."""
    return sum(amounts, Money.zero(currency))


def money_totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One total per currency, in order of code; what a list footer shows instead of a mixed sum."""
    totals: dict[str, Money] = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, Money.zero(amount.currency)) + amount
    return tuple(totals[code] for code in sorted(totals))


def mixed_currencies(one: str, other: str) -> DomainError:
    """The refusal to add or compare amounts of two currencies."""
    return DomainError(
        N_("Amounts in %(one)s and %(other)s cannot be added or compared."),
        code="mixed_currencies",
        field="currency",
        params={"one": one, "other": other},
        next_step=N_("Convert them at a dated exchange rate first."),
    )


def _largest_remainder(units: Decimal, weights: list[Decimal]) -> list[Decimal]:
    total = sum(weights, Decimal(0))
    if total <= 0 or min(weights) < 0:
        raise DomainError(
            N_("An amount can only be shared by weights that are not negative and not all zero."),
            code="no_weights",
            next_step=N_("Give at least one part a weight above zero."),
        )
    exact = [abs(units) * weight / total for weight in weights]
    shares = [share.to_integral_value(rounding=ROUND_FLOOR) for share in exact]
    left = int(abs(units) - sum(shares))
    by_remainder = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for position in by_remainder[:left]:
        shares[position] += 1
    return [-share for share in shares] if units < 0 else shares
