"""Reserving, shipping, delivering, taking back and cancelling; the state of an order follows from its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu import policy
from tonglu.audit.services import context
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.currency import currency_scale
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.number import decimal_rounded
from tonglu.kernel.text import N_
from tonglu.orders import events
from tonglu.orders.core.states import quantity_take
from tonglu.orders.models import (
    Order,
    OrderLine,
    OrderReturn,
    OrderReturnLine,
    Shipment,
    ShipmentLine,
)
from tonglu.orders.ports import stock
from tonglu.orders.rules import order_progress, order_state_of
from tonglu.toolkit.clock import now, today
from tonglu.toolkit.events import publish
from tonglu.toolkit.numbers import next_number

if TYPE_CHECKING:
    from tonglu.policy import Actor

Quantities = Mapping[Any, Any] | None
"""How much of each order line, by its id; everything there is when left out."""

KIND = "orders.order"


def order_reserve(*, actor: Actor, row: Order) -> Order:
    """Set aside what is not yet shipped, as far as stock reaches."""
    _require(actor, row)
    with context(actor, verb="orders.order.reserved"):
        lines = _locked(row)
        wanted = {
            line.pk: line.quantity - line.shipped - line.reserved
            for line in lines
            if line.quantity > line.shipped + line.reserved
        }
        reserved = stock().reserve(actor, row, wanted)
        for line in lines:
            line.reserved += reserved.get(line.pk, Decimal(0))
        _save(lines, "reserved")
        if not any(line.reserved for line in lines):
            raise DomainError(
                N_("Nothing of this order is in stock."),
                code="no_stock",
                next_step=N_("Ask procurement when it arrives, or offer something else."),
            )
        return _follow(actor, row, lines)


def order_ship(
    *,
    actor: Actor,
    row: Order,
    quantities: Quantities = None,
    carrier: str = "",
    tracking_number: str = "",
) -> Shipment:
    """Ship some lines, or all that is left."""
    _require(actor, row)
    with context(actor, verb="orders.order.shipped"):
        lines = _locked(row)
        taken = _taken(lines, quantities, lambda line: order_progress(line).to_ship, _LEFT_TO_SHIP)
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
        order = _follow(actor, row, lines, shipped_at=shipment.shipped_at)
        publish(
            events.OrderShipped(
                **_named(order),
                shipment_id=shipment.pk,
                lines=_moved(order, lines, taken),
                complete=all(order_progress(line).to_ship == 0 for line in lines),
            )
        )
    made: Shipment = shipment
    return made


def shipment_deliver(*, actor: Actor, row: Shipment, received_by: str = "") -> Shipment:
    """Note that a shipment has arrived."""
    _require(actor, row.order)
    if row.state == Shipment.State.DELIVERED:
        raise DomainError(N_("This shipment has arrived already."), code="delivered")
    with context(actor, verb="orders.order.delivered"):
        lines = _locked(row.order)
        taken = {one.order_line_id: one.quantity for one in row.lines.all()}
        for line in lines:
            line.delivered += taken.get(line.pk, Decimal(0))
        _save(lines, "delivered")
        when = now()
        values = {
            "state": Shipment.State.DELIVERED,
            "delivered_at": when,
            "received_by": received_by,
        }
        arrived: Shipment = record_update(actor=actor, row=row, values=values, act=None)
        complete = all(line.delivered == line.quantity for line in lines)
        order = _follow(actor, row.order, lines, **({"delivered_at": when} if complete else {}))
        publish(
            events.OrderDelivered(
                **_named(order),
                shipment_id=row.pk,
                delivered_on=today(actor),
                lines=_moved(order, lines, taken),
                complete=complete,
            )
        )
    return arrived


def order_deliver(*, actor: Actor, row: Order, received_by: str = "") -> Order:
    """Note that everything on its way has arrived."""
    under_way = list(row.shipments.filter(state=Shipment.State.SHIPPED, deleted_at__isnull=True))
    if not under_way:
        raise DomainError(
            N_("Nothing of this order is on its way."),
            code="not_shipped",
            next_step=N_("Ship it first."),
        )
    with context(actor, verb="orders.order.delivered"):
        for shipment in under_way:
            shipment_deliver(actor=actor, row=shipment, received_by=received_by)
    return Order.objects.get(pk=row.pk)


def order_return(
    *, actor: Actor, row: Order, reason: str, note: str = "", quantities: Quantities = None
) -> OrderReturn:
    """Take back some delivered goods, or all of them."""
    _require(actor, row)
    with context(actor, verb="orders.order.returned", reason=note):
        lines = _locked(row)
        taken = _taken(
            lines, quantities, lambda line: order_progress(line).to_return, _LEFT_TO_RETURN
        )
        for line in lines:
            line.returned += taken.get(line.pk, Decimal(0))
        _save(lines, "returned")
        moved = _moved(row, lines, taken)
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
        _follow(actor, row, lines)
        publish(
            events.OrderReturned(
                **_named(row),
                return_id=made.pk,
                reason=reason,
                lines=moved,
                amount=made.amount,
            )
        )
    return made


def order_cancel(*, actor: Actor, row: Order, reason: str) -> Order:
    """Cancel an order of which nothing has left; what was set aside is free again."""
    _require(actor, row)
    with context(actor, verb="orders.order.cancelled", reason=reason):
        lines = _locked(row)
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
        _save(lines, "reserved")
        values = {
            "state": Order.State.CANCELLED,
            "cancelled_at": now(),
            "cancel_reason": reason,
        }
        cancelled: Order = record_update(actor=actor, row=row, values=values)
        publish(events.OrderCancelled(**_named(cancelled), reason=reason))
    return cancelled


_LEFT_TO_SHIP = N_("Only %(left)s of this line are left to ship.")
_LEFT_TO_RETURN = N_("Only %(left)s of this line were delivered and not yet returned.")


def _require(actor: Actor, row: Order) -> None:
    policy.require(actor, "update", KIND, row)
    if row.state == Order.State.CANCELLED:
        raise DomainError(N_("This order was cancelled."), code="cancelled")


def _locked(row: Order) -> list[OrderLine]:
    """The lines, with the order and them locked until the transaction ends."""
    Order.objects.select_for_update(of=("self",)).get(pk=row.pk)
    lines = OrderLine.objects.select_for_update(of=("self",)).filter(
        order=row, deleted_at__isnull=True
    )
    return list(lines.order_by("pk"))


def _taken(
    lines: list[OrderLine],
    quantities: Quantities,
    left: Callable[[OrderLine], Decimal],
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


def _ship_line(shipment: Any, line: OrderLine, quantity: Decimal | None) -> None:
    if quantity is None:
        return
    ShipmentLine.objects.create(shipment=shipment, order_line=line, quantity=quantity)
    line.shipped += quantity
    line.reserved = max(line.reserved - quantity, Decimal(0))
    line.save(update_fields=["shipped", "reserved", "updated_at"])


def _save(lines: list[OrderLine], name: str) -> None:
    for line in lines:
        line.save(update_fields=[name, "updated_at"])


def _follow(actor: Actor, row: Order, lines: list[OrderLine], **values: Any) -> Order:
    followed: Order = record_update(
        actor=actor, row=row, values={"state": order_state_of(lines), **values}, act=None
    )
    return followed


def _moved(
    row: Order, lines: list[OrderLine], taken: Mapping[int, Decimal]
) -> tuple[events.Moved, ...]:
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


def _named(row: Order) -> dict[str, Any]:
    return {
        "order_id": row.pk,
        "account_id": row.account_id,
        "contract_id": row.contract_id,
        "currency": row.currency,
    }
