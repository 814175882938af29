"""The score of a lead: a sum of points, each with the reason it was given for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Points:
    """So many points, and why."""

    rule: int
    reason: str
    points: int


def score_of(points: Iterable[Points]) -> int:
    """The sum, kept between 0 and 100 so that scores stay comparable when rules are added."""
    return max(0, min(100, sum(given.points for given in points)))
