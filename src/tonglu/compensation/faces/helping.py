"""What would help somebody who is behind their target: their own open deals, before anybody gives advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tonglu.policy import Actor
from tonglu.sales.selectors import opportunities_open_of

ZERO = Decimal(0)
NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Help:
    """The gap to the target, the largest deals that can still close in time, and what stands in their way."""

    gap: Decimal
    in_time: Decimal
    deals: tuple[Any, ...]
    without_next_step: int
    needing_attention: int
    late: int

    @property
    def is_enough(self) -> bool:
        """Whether winning everything that can close in time would reach the target."""
        return self.in_time >= self.gap


def helps_of(actor: Actor, gaps: Mapping[int, tuple[Decimal, date]], day: date) -> dict[int, Help]:
    """What helps each of some people, given the gap to their target and the last day it counts; one question."""
    by_owner: dict[int, list[Any]] = {person: [] for person in gaps}
    for deal in opportunities_open_of(actor, gaps) if gaps else ():
        by_owner[deal.owner_id or 0].append(deal)
    return {person: _help(by_owner[person], gap, last, day) for person, (gap, last) in gaps.items()}


def _help(deals: Sequence[Any], gap: Decimal, last: date, day: date) -> Help:
    timely = [deal for deal in deals if deal.close_date is not None and deal.close_date <= last]
    return Help(
        gap=gap,
        in_time=sum((deal.base_amount for deal in timely), ZERO),
        deals=tuple((timely or list(deals))[:NAMED]),
        without_next_step=sum(1 for deal in deals if not deal.next_step),
        needing_attention=sum(1 for deal in deals if deal.attention),
        late=sum(1 for deal in deals if deal.close_date is not None and deal.close_date < day),
    )
