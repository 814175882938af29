"""Exact numbers: every quantity is a fraction; a binary float is refused at the door.

Read: whole numbers, decimals, fractions, and text such as "0.035", "1,200.50", "8/15", "5%", "12‰", "1.2万".
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from tonglu.kernel.text import N_

from .faults import fault

# No sum of money has more digits; a power of ten beyond them would only eat memory.
_MOST_DIGITS = 100
_POWER = re.compile(r"[eE]([+-]?\d+)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
ZERO = Fraction(0)
ONE = Fraction(1)
_SIGNS = {
    "%": Fraction(1, 100),
    "％": Fraction(1, 100),
    "‰": Fraction(1, 1000),
    "万": Fraction(10_000),
    "亿": Fraction(100_000_000),
}


def exact(value: Any) -> Fraction:
    """The fraction a value stands for; a float, a boolean or other text is refused."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise fault("not_a_number", N_("%(value)s is not an exact number."), value=repr(value))
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, Decimal) and abs(value.adjusted()) > _MOST_DIGITS:
        raise fault("not_a_number", N_("%(value)s is not an exact number."), value=str(value))
    try:
        return Fraction(value)
    except (ValueError, OverflowError):
        raise fault(
            "not_a_number", N_("%(value)s is not an exact number."), value=str(value)
        ) from None


def exact_or_none(value: Any) -> Fraction | None:
    """As `exact`; nothing stays nothing (an open end)."""
    return None if value is None else exact(value)


def number_text(value: Fraction) -> str:
    """The shortest exact text: "0.035" where decimals end, otherwise "8/15"."""
    if value.denominator == 1:
        return str(value.numerator)
    places = _places(value.denominator)
    if places is None:
        return f"{value.numerator}/{value.denominator}"
    return fixed_text(value, places)


def fixed_text(value: Fraction, places: int) -> str:
    """`value` cut to `places` decimals as plain text; the caller has rounded it."""
    whole = abs(value.numerator) * 10**places // value.denominator
    digits = str(whole).rjust(places + 1, "0")
    sign = "-" if value.numerator < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def _of_text(value: str) -> Fraction:
    text = value if value.isascii() else normalize("NFKC", value).replace("−", "-")
    text = text.strip().replace("_", "")
    unit = _SIGNS.get(text[-1:])
    number = text if unit is None else text[:-1].strip()
    power = _POWER.search(number)
    try:
        if (power and abs(int(power[1])) > _MOST_DIGITS) or not _grouped(number):
            raise ValueError(text)
        found = Fraction(number.replace(",", ""))
        return found if unit is None else found * unit
    except (ValueError, ZeroDivisionError):
        raise fault(
            "not_a_number", N_("%(value)s is not an exact number."), value=repr(value)
        ) from None


def _grouped(number: str) -> bool:
    """Whether commas only part thousands: "1,200.50"; in "1200,50" and "1.200,50" one would be a decimal point elsewhere."""
    return "," not in number or _THOUSANDS.fullmatch(number) is not None


@lru_cache(maxsize=4096)
def _places(denominator: int) -> int | None:
    counts = []
    for prime in (2, 5):
        count = 0
        while denominator % prime == 0:
            denominator //= prime
            count += 1
        counts.append(count)
    return max(counts) if denominator == 1 else None
