"""Reserving, shipping, delivering, taking back and cancelling; the state of an order follows from its lines."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from tonglu.audit.services import context
from tonglu.entities.services import record_create, record_update
from tonglu.entities.spec import Refusal
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.orders import events
from tonglu.orders.models import (
    Order,
    OrderLine,
    OrderReturn,
    OrderReturnLine,
    Shipment,
    ShipmentLine,
)
from tonglu.orders.ports import stock
from tonglu.orders.rules import order_progress
from tonglu.toolkit.clock import now
from tonglu.toolkit.events import publish
from tonglu.toolkit.numbers import next_number

from .moving import (
    LEFT_TO_RETURN,
    LEFT_TO_SHIP,
    Quantities,
    event_names,
    lines_locked,
    lines_moved,
    lines_save,
    order_follow,
    order_open,
    quantities_taken,
)

if TYPE_CHECKING:
    from tonglu.policy import Actor


def may_reserve(_actor: Actor, row: Order) -> Refusal | None:
    """Why nothing of an order can be set aside now; of one that left in part, what was set aside already is none."""
    missing = Q(quantity__gt=F("shipped") + F("reserved"), deleted_at__isnull=True)
    if row.state == Order.State.NEW or (
        row.state == Order.State.PARTLY_SHIPPED and row.lines.filter(missing).exists()
    ):
        return None
    return Refusal(reason=_("There is nothing left to reserve."))


def order_reserve(*, actor: Actor, row: Order) -> Order:
    """Set aside what is not yet shipped, as far as stock reaches."""
    order_open(actor, row)
    with context(actor, verb="orders.order.reserved"):
        lines = lines_locked(row)
        wanted = {
            line.pk: line.quantity - line.shipped - line.reserved
            for line in lines
            if line.quantity > line.shipped + line.reserved
        }
        reserved = stock().reserve(actor, row, wanted)
        for line in lines:
            line.reserved += reserved.get(line.pk, Decimal(0))
        lines_save(lines, "reserved")
        if not any(line.reserved for line in lines):
            raise DomainError(
                N_("Nothing of this order is in stock."),
                code="no_stock",
                next_step=N_("Ask procurement when it arrives, or offer something else."),
            )
        return order_follow(actor, row, lines)


def order_ship(
    *,
    actor: Actor,
    row: Order,
    quantities: Quantities = None,
    carrier: str = "",
    tracking_number: str = "",
) -> Shipment:
    """Ship some lines, or all that is left."""
    order_open(actor, row)
    with context(actor, verb="orders.order.shipped"):
        lines = lines_locked(row)
        taken = quantities_taken(
            lines, quantities, lambda line: order_progress(line).to_ship, LEFT_TO_SHIP
        )
        shipment = record_create(
            actor=actor,
            model=Shipment,
            act=None,
            values={
                "number": next_number("shipment", "L{year}-{n:05}"),
                "order": row,
                "carrier": carrier,
                "tracking_number": tracking_number,
                "shipped_at": now(),
            },
        )
        for line in lines:
            _ship_line(shipment, line, taken.get(line.pk))
        stock().ship(actor, row, taken)
        order = order_follow(actor, row, lines, shipped_at=shipment.shipped_at)
        publish(
            events.OrderShipped(
                **event_names(order),
                shipment_id=shipment.pk,
                lines=lines_moved(order, lines, taken),
                complete=all(order_progress(line).to_ship == 0 for line in lines),
            )
        )
    made: Shipment = shipment
    return made


def order_return(
    *, actor: Actor, row: Order, reason: str, note: str = "", quantities: Quantities = None
) -> OrderReturn:
    """Take back some delivered goods, or all of them."""
    order_open(actor, row)
    with context(actor, verb="orders.order.returned", reason=note):
        lines = lines_locked(row)
        taken = quantities_taken(
            lines, quantities, lambda line: order_progress(line).to_return, LEFT_TO_RETURN
        )
        for line in lines:
            line.returned += taken.get(line.pk, Decimal(0))
        lines_save(lines, "returned")
        moved = lines_moved(row, lines, taken)
        made: OrderReturn = record_create(
            actor=actor,
            model=OrderReturn,
            act=None,
            values={
                "number": next_number("return", "R{year}-{n:05}"),
                "order": row,
                "reason": reason,
                "note": note,
                "returned_at": now(),
                "currency": row.currency,
                "amount": sum((one.amount for one in moved), Decimal(0)),
            },
        )
        for one in moved:
            OrderReturnLine.objects.create(
                order_return=made,
                order_line_id=one.order_line_id,
                quantity=one.quantity,
                amount=one.amount,
            )
        stock().take_back(actor, row, taken)
        order_follow(actor, row, lines)
        publish(
            events.OrderReturned(
                **event_names(row),
                return_id=made.pk,
                reason=reason,
                lines=moved,
                amount=made.amount,
            )
        )
    return made


def order_cancel(*, actor: Actor, row: Order, reason: str) -> Order:
    """Cancel an order of which nothing has left; what was set aside is free again."""
    order_open(actor, row)
    with context(actor, verb="orders.order.cancelled", reason=reason):
        lines = lines_locked(row)
        if any(line.shipped for line in lines):
            raise DomainError(
                N_("A part of this order has left already."),
                code="shipped",
                next_step=N_("Take the goods back as a return."),
            )
        freed = {line.pk: line.reserved for line in lines if line.reserved}
        stock().release(actor, row, freed)
        for line in lines:
            line.reserved = Decimal(0)
        lines_save(lines, "reserved")
        values = {
            "state": Order.State.CANCELLED,
            "cancelled_at": now(),
            "cancel_reason": reason,
        }
        cancelled: Order = record_update(actor=actor, row=row, values=values)
        publish(events.OrderCancelled(**event_names(cancelled), reason=reason))
    return cancelled


def _ship_line(shipment: Any, line: OrderLine, quantity: Decimal | None) -> None:
    if quantity is None:
        return
    ShipmentLine.objects.create(shipment=shipment, order_line=line, quantity=quantity)
    line.shipped += quantity
    line.reserved = max(line.reserved - quantity, Decimal(0))
    line.save(update_fields=["shipped", "reserved", "updated_at"])
