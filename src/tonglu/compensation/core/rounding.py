"""Where fractions become money: one stage, one mode, printed on every statement.

stage   transaction   each row is rounded by itself (rows may differ from the rounded total)
        payout        rows stay exact, a payee's total of a component is rounded once (the default)
        telescoping   row = round(total so far) - round(total before): rows add up to the rounded total
scale   decimals of the currency; none keeps the fraction
shares  largest_remainder: what several people get of one fact adds up to its rounded total
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tonglu.kernel.text import N_

from .faults import fault
from .numbers import ONE, ZERO

STAGES = ("payout", "transaction", "telescoping")
_HALF = Fraction(1, 2)


@dataclass(frozen=True, kw_only=True)
class Rounding:
    scale: int | None = 2
    mode: str = "half_up"
    stage: str = "payout"
    shares: str = "independent"

    def money(self, value: Fraction) -> Fraction:
        """`value` at the scale; half-up goes away from zero, so a refund mirrors its sale."""
        if self.scale is None:
            return value
        unit = Fraction(10) ** self.scale
        if self.scale >= 0 and unit % value.denominator == 0:
            return value
        whole = MODES[self.mode](abs(value) * unit, value < 0)
        return Fraction(-whole if value < 0 else whole) / unit


PER_PAYOUT = Rounding()


def _half(value: Fraction, tie: Callable[[int], bool]) -> int:
    floor = math.floor(value)
    rest = value - floor
    return floor + (rest > _HALF or (rest == _HALF and tie(floor)))


# Each takes the magnitude in smallest units and whether the number is negative.
MODES: Mapping[str, Callable[[Fraction, bool], int]] = {
    "half_up": lambda value, _: _half(value, lambda _floor: True),
    "half_down": lambda value, _: _half(value, lambda _floor: False),
    "half_even": lambda value, _: _half(value, lambda floor: floor % 2 == 1),
    "up": lambda value, _: math.ceil(value),
    "down": lambda value, _: math.floor(value),
    "ceiling": lambda value, negative: math.floor(value) if negative else math.ceil(value),
    "floor": lambda value, negative: math.ceil(value) if negative else math.floor(value),
}


def allocate(total: Fraction, weights: Sequence[Fraction], scale: int | None) -> list[Fraction]:
    """Shares of `total` that add up to it: largest remainder first, then the order given.

    A negative total is shared as its mirror, so that what was shared out comes back from the same hands.
    """
    whole = sum(weights, ZERO)
    if whole == 0:
        raise fault("no_weights", N_("A share needs weights that add up to more than zero."))
    shares = [total * weight / whole for weight in weights]
    if scale is None:
        return shares
    unit = Fraction(10) ** scale
    sign = -1 if total < 0 else 1
    units = [math.floor(sign * share * unit) for share in shares]
    missing = round_half_up(sign * total * unit) - sum(units)
    by_remainder = sorted(range(len(shares)), key=lambda i: (units[i] - sign * shares[i] * unit, i))
    for index in by_remainder[:missing]:
        units[index] += 1
    return [sign * Fraction(count) / unit for count in units]


def round_half_up(value: Fraction) -> int:
    """The nearest whole number, ties away from zero."""
    whole = MODES["half_up"](abs(value), value < 0)
    return -whole if value < 0 else whole


def telescoped(values: Sequence[Fraction], rounding: Rounding) -> list[Fraction]:
    """Rows that add up to the rounded total of `values`."""
    rows: list[Fraction] = []
    running = paid = ZERO
    for value in values:
        running += value
        due = rounding.money(running)
        rows.append(due - paid)
        paid = due
    return rows


def share_of(part: Fraction, whole: Fraction) -> Fraction:
    """part / whole, at most one; a whole of zero counts as fully reached."""
    return ONE if whole == 0 else min(part / whole, ONE)
