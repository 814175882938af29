"""The size class that a number of employees falls into."""

from __future__ import annotations

from bisect import bisect_right

_BOUNDS = (20, 100, 500, 2000)
_CLASSES = ("micro", "small", "medium", "large", "huge")


def size_of(employees: int) -> str:
    """Under 20 is micro, from 2,000 on is huge."""
    return _CLASSES[bisect_right(_BOUNDS, employees)]
