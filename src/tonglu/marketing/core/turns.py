"""Whose turn it is when leads are handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def next_in_turn(people: Sequence[int], last: int | None) -> int | None:
    """The person after `last` in a fixed order, beginning again at the end."""
    if not people:
        return None
    order = sorted(people)
    return next((person for person in order if last is not None and person > last), order[0])


def least_loaded(people: Sequence[int], loads: Mapping[int, int]) -> int | None:
    """The person with the fewest open leads; the earliest in order when several have."""
    return min(sorted(people), key=lambda person: loads.get(person, 0), default=None)
