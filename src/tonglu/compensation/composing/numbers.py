"""Numbers as people write them: 5% for a share, 120,000 for an amount; never rounded."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.numbers import exact, number_text


def number_shown(value: Any) -> str:
    """A number with its thousands apart; what is no number stays as it is."""
    found = _exact(value)
    if found is None:
        return str(value)
    text = number_text(found)
    head, dot, tail = text.partition(".")
    return text if "/" in text or len(head.lstrip("-")) < 5 else f"{int(head):,}{dot}{tail}"


def rate_shown(value: Any) -> str:
    """A share as a percentage, when its decimals end."""
    found = _exact(value)
    if found is None:
        return str(value)
    text = number_text(found * 100)
    return number_text(found) if "/" in text else f"{text}%"


def is_exact(value: Any) -> bool:
    """Whether the engine could read this as a number."""
    return _exact(value) is not None


def _exact(value: Any) -> Fraction | None:
    try:
        return exact(value)
    except PayFault:
        return None
