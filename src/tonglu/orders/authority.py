"""Who may give which discount, read from the limits in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu.approvals import selectors as approvals
from tonglu.directory.selectors import Seat, department_below, people_with_role, seats_of
from tonglu.toolkit.clock import today

from .core.authority import Authority, Excess, authority_chain, authority_excess, authority_widest
from .models import DiscountLimit

if TYPE_CHECKING:
    from tonglu.policy import Actor

LAST_RESORT = "managing_director"
"""Who decides when a person has no leader."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a document asks for: its deepest discount, and its margin where that is known."""

    discount: Decimal
    margin: Decimal | None

    @classmethod
    def of(cls, row: Any) -> Terms:
        """The terms of a quote."""
        return cls(discount=row.deepest_discount, margin=row.margin_rate)


def excess_of(actor: Actor, terms: Terms) -> tuple[Excess, ...]:
    """What of the terms goes beyond the actor's own authority."""
    if actor.is_system:
        return ()
    authority = _authority(actor.seats, today(actor))
    return authority_excess(authority, discount=terms.discount, margin=terms.margin)


def people_to_ask(actor: Actor, terms: Terms) -> tuple[int, ...]:
    """Who must agree, in turn: the leaders up the line until one whose authority reaches."""
    day = today(actor)
    chain = [
        (leader.pk, _authority(seats_of(leader.pk, day), day))
        for leader in approvals.leaders_of(actor.person_id)
    ]
    asked = authority_chain(chain, discount=terms.discount, margin=terms.margin)
    if asked:
        return tuple(asked)
    others = people_with_role(LAST_RESORT).exclude(pk=actor.person_id or 0)
    return tuple(others.values_list("pk", flat=True))


def _authority(seats: Sequence[Seat], day: date) -> Authority:
    """The widest of what the seats allow; whoever has no limit on record may give nothing."""
    limits = _in_force(day)
    own = [seat for seat in seats if not seat.deputised]
    found = [limits[key] for seat in own for key in limits if _applies(key, seat)]
    return authority_widest(
        Authority(discount=limit.discount, margin=limit.margin) for limit in found
    )


def _applies(key: tuple[str, int | None], seat: Seat) -> bool:
    role, department_id = key
    if role != seat.role:
        return False
    return department_id is None or seat.department_id in department_below([department_id])


def _in_force(day: date) -> dict[tuple[str, int | None], DiscountLimit]:
    """For each role and department the limit that began last."""
    rows = DiscountLimit.objects.filter(valid_from__lte=day, deleted_at__isnull=True)
    return {
        (row.role.code, row.department_id): row
        for row in rows.select_related("role").order_by("valid_from", "pk")
    }
