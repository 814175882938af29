"""What a payee has been credited with in a window, less what customers got back: the position that a clawback by steps moves."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.release import ReleaseEvent
from tonglu.compensation.core.returns import gone
from tonglu.compensation.core.storing import row_from_dict
from tonglu.compensation.core.trace import Row
from tonglu.compensation.models import Earning, PayEvent

from .heard import worth_of

ZERO = Fraction(0)
Read = Callable[[Any], list[ReleaseEvent]]


def credit_of(earning: Earning) -> Fraction:
    """What the payee was credited with for the deal."""
    return sum((row.credit for row in _rows(earning)), ZERO)


def volume_before(earning: Earning, event: PayEvent, events_of: Read) -> Fraction | None:
    """The payee's credit in the window of an earning just before an event; none where the earning stands in no window."""
    rows = _rows(earning)
    if not rows:
        return None
    others = Earning.objects.filter(
        owner_id=earning.owner_id,
        component=earning.component,
        plan_version__plan_id=earning.plan_version.plan_id,
        trace__0__window=rows[0].window,
    ).select_related("contract")
    left = {}
    total = ZERO
    for one in others:
        if one.contract_id not in left:
            left[one.contract_id] = _left(one.contract, event, events_of)
        total += credit_of(one) * left[one.contract_id]
    return total


def _left(contract: Any, event: PayEvent, events_of: Read) -> Fraction:
    """The share of a contract that the customer still keeps, as it was before the event."""
    if contract is None or not contract.amount:
        return Fraction(1)
    before = [one for one in events_of(contract) if one.id != event.key]
    if any(one.type == "cancelled" for one in before):
        return ZERO
    return 1 - gone(before, worth_of(contract))


def _rows(earning: Earning) -> list[Row]:
    return [row_from_dict(raw) for raw in earning.trace]
