"""Decimals as people write them: full-width digits, thousands separators, currency signs, 万 and 亿.

Numbers never pass through binary floats; a float argument anywhere in the kernel is a programming error and raises TypeError.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

UNITS = {
    "": 1,
    "k": 10**3,
    "m": 10**6,
    "万": 10**4,
    "百万": 10**6,
    "亿": 10**8,
    "元": 1,
    "万元": 10**4,
    "亿元": 10**8,
}

_NUMBER = re.compile(
    r"^(?P<open>\()?(?P<sign>[+-])?[¥$€£₩₫₹]?\s*(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)"
    r"\s*(?P<unit>[a-z万亿百元]{0,2})\)?$"
)


def decimal_of(value: Decimal | int | str) -> Decimal:
    """The exact decimal; a float or a bool is refused as a programming error."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError(f"an exact decimal is needed, not {type(value).__name__}")
    return Decimal(value)


def decimal_rounded(value: Decimal, places: int) -> Decimal:
    """Commercial rounding: half away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def decimal_parse(text: str) -> Decimal:
    """The number a person typed or pasted; `1,234.50`, `１２３４`, `¥1.2万`, `(300)` and `3k` are all understood."""
    plain = unicodedata.normalize("NFKC", text[:64]).strip().lower().replace("−", "-")
    found = _NUMBER.match(plain)
    if not found or found["unit"] not in UNITS or len(text) > 64:
        raise _not_a_number(text)
    try:
        number = Decimal(found["digits"].replace(",", "")) * UNITS[found["unit"]]
    except InvalidOperation:
        raise _not_a_number(text) from None
    return -number if found["sign"] == "-" or found["open"] else number


def decimal_text(value: Decimal) -> str:
    """The shortest exact text, without exponent or trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _not_a_number(text: str) -> DomainError:
    return DomainError(
        N_("“%(text)s” is not a number."),
        code="not_a_number",
        params={"text": text[:64]},
        next_step=N_("Write digits, such as 1,234.50."),
    )
