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
        if self.scale < 0:
            unit = 10**-self.scale
            return Fraction(self._whole(value.numerator, value.denominator * unit) * unit)
        unit = 10**self.scale
        if unit % value.denominator == 0:
            return value
        return Fraction(self._whole(value.numerator * unit, value.denominator), unit)

    def _whole(self, numerator: int, denominator: int) -> int:
        """The quotient as a whole number; whole arithmetic only, for it is done a million times."""
        floor, rest = divmod(abs(numerator), denominator)
        negative = numerator < 0
        whole = floor + (rest > 0 and MODES[self.mode](2 * rest - denominator, floor, negative))
        return -whole if negative else whole


PER_PAYOUT = Rounding()


# Whether a magnitude goes up to the next unit: how its rest stands to the half (in any unit), the whole
# below it, and whether the number is negative.
MODES: Mapping[str, Callable[[int, int, bool], bool]] = {
    "half_up": lambda beyond, _floor, _negative: beyond >= 0,
    "half_down": lambda beyond, _floor, _negative: beyond > 0,
    "half_even": lambda beyond, floor, _negative: beyond > 0 or (beyond == 0 and floor % 2 == 1),
    "up": lambda _beyond, _floor, _negative: True,
    "down": lambda _beyond, _floor, _negative: False,
    "ceiling": lambda _beyond, _floor, negative: not negative,
    "floor": lambda _beyond, _floor, negative: negative,
}


def allocate(
    total: Fraction, weights: Sequence[Fraction], scale: int | None, mode: str = "half_up"
) -> list[Fraction]:
    """Shares of `total` that add up to it, rounded as `mode` says: largest remainder first, then the order given.

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
    whole_units = Rounding(scale=0, mode=mode).money(total * unit) * sign
    missing = int(whole_units) - sum(units)
    by_remainder = sorted(range(len(shares)), key=lambda i: (units[i] - sign * shares[i] * unit, i))
    for index in by_remainder[:missing]:
        units[index] += 1
    return [sign * Fraction(count) / unit for count in units]


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
