"""What every move of goods shares: the lines under lock, how much of each moves, and the order's state that follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from tonglu import policy
from tonglu.entities.services import record_update
from tonglu.kernel.currency import currency_scale
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.number import decimal_rounded
from tonglu.kernel.text import N_
from tonglu.orders import events
from tonglu.orders.core.states import quantity_take
from tonglu.orders.models import Order, OrderLine, ShipmentLine
from tonglu.orders.rules import order_state_of

if TYPE_CHECKING:
    from tonglu.policy import Actor

Line = TypeVar("Line", OrderLine, ShipmentLine)

Quantities = Mapping[Any, Any] | None
"""How much of each line, by its id; everything there is when left out."""

KIND = "orders.order"
LEFT_TO_SHIP = N_("Only %(left)s of this line are left to ship.")
LEFT_TO_RETURN = N_("Only %(left)s of this line were delivered and not yet returned.")
LEFT_TO_ARRIVE = N_("Only %(left)s of this line are on their way.")


def order_open(actor: Actor, row: Order) -> None:
    """Refuse an order that the actor may not change, or that was cancelled."""
    policy.require(actor, "update", KIND, row)
    if row.state == Order.State.CANCELLED:
        raise DomainError(N_("This order was cancelled."), code="cancelled")


def lines_locked(row: Order) -> list[OrderLine]:
    """The lines, with the order and them locked until the transaction ends."""
    Order.objects.select_for_update(of=("self",)).get(pk=row.pk)
    lines = OrderLine.objects.select_for_update(of=("self",)).filter(
        order=row, deleted_at__isnull=True
    )
    return list(lines.order_by("pk"))


def quantities_taken(
    lines: Sequence[Line],
    quantities: Quantities,
    left: Callable[[Line], Decimal],
    message: str,
) -> dict[int, Decimal]:
    """How much of each line moves: what was asked, refused when more than is left; else everything that is left."""
    if not quantities:
        taken = {line.pk: left(line) for line in lines if left(line) > 0}
    else:
        known = {line.pk: line for line in lines}
        taken = {}
        for key, quantity in quantities.items():
            line = known.get(int(key))
            if line is None:
                raise Invalid({"quantities": [N_("This line is not part of the order.")]})
            taken[line.pk] = quantity_take(Decimal(str(quantity)), left(line), message)
    if not taken:
        raise DomainError(N_("There is nothing left to move."), code="nothing_left")
    return taken


def lines_save(lines: list[OrderLine], name: str) -> None:
    """Save one quantity of every line."""
    for line in lines:
        line.save(update_fields=[name, "updated_at"])


def order_follow(actor: Actor, row: Order, lines: list[OrderLine], **values: Any) -> Order:
    """The order in the state that its lines say."""
    followed: Order = record_update(
        actor=actor, row=row, values={"state": order_state_of(lines), **values}, act=None
    )
    return followed


def lines_moved(
    row: Order, lines: list[OrderLine], taken: Mapping[int, Decimal]
) -> tuple[events.Moved, ...]:
    """What moved, with its value, for the news of it."""
    places = currency_scale(row.currency)
    return tuple(
        events.Moved(
            line.pk,
            line.product_id,
            taken[line.pk],
            decimal_rounded(taken[line.pk] * (line.price or Decimal(0)), places),
        )
        for line in lines
        if line.pk in taken
    )


def event_names(row: Order) -> dict[str, Any]:
    """What every event of an order names."""
    return {
        "order_id": row.pk,
        "account_id": row.account_id,
        "contract_id": row.contract_id,
        "currency": row.currency,
    }
