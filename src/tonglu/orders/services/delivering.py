"""Noting that goods have arrived: a whole shipment, some of its lines, or so much of an order's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu.audit.services import context
from tonglu.entities.services import record_update
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.orders import events
from tonglu.orders.models import Order, OrderLine, Shipment, ShipmentLine
from tonglu.toolkit.clock import now, today
from tonglu.toolkit.events import publish

from .moving import (
    LEFT_TO_ARRIVE,
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


def shipment_deliver(
    *, actor: Actor, row: Shipment, received_by: str = "", quantities: Quantities = None
) -> Shipment:
    """Note that a shipment has arrived, or some of its lines; `quantities` are by shipment line."""
    order_open(actor, row.order)
    if row.state == Shipment.State.DELIVERED:
        raise DomainError(N_("This shipment has arrived already."), code="delivered")
    with context(actor, verb="orders.order.delivered"):
        order_lines = lines_locked(row.order)
        parts = list(row.lines.select_for_update(of=("self",)).order_by("pk"))
        taken = quantities_taken(parts, quantities, _under_way, LEFT_TO_ARRIVE)
        arrived = _arrive(actor, row, parts, taken, received_by)
        _deliver_lines(actor, row, order_lines, _by_order_line(parts, taken))
    return arrived


def order_deliver(
    *, actor: Actor, row: Order, received_by: str = "", quantities: Quantities = None
) -> Order:
    """Note that everything on its way has arrived, or so much of some lines: the shipment that left first arrives first."""
    order_open(actor, row)
    with context(actor, verb="orders.order.delivered"):
        lines = lines_locked(row)
        if not any(_line_under_way(line) for line in lines):
            raise DomainError(
                N_("Nothing of this order is on its way."),
                code="not_shipped",
                next_step=N_("Ship it first."),
            )
        wanted = quantities_taken(lines, quantities, _line_under_way, LEFT_TO_ARRIVE)
        for shipment in row.shipments.filter(
            state=Shipment.State.SHIPPED, deleted_at__isnull=True
        ).order_by("shipped_at", "pk"):
            part = _share(shipment, wanted)
            if part:
                shipment_deliver(
                    actor=actor, row=shipment, received_by=received_by, quantities=part
                )
    return Order.objects.get(pk=row.pk)


def _under_way(line: ShipmentLine) -> Decimal:
    return line.quantity - line.delivered


def _line_under_way(line: OrderLine) -> Decimal:
    return line.shipped - line.delivered


def _share(shipment: Shipment, wanted: dict[int, Decimal]) -> dict[int, Decimal]:
    """What of the wanted quantities this shipment holds, by its lines; what it takes is no longer wanted."""
    part: dict[int, Decimal] = {}
    for line in shipment.lines.order_by("pk"):
        amount = min(wanted.get(line.order_line_id, Decimal(0)), _under_way(line))
        if amount > 0:
            part[line.pk] = amount
            wanted[line.order_line_id] -= amount
    return part


def _arrive(
    actor: Actor,
    row: Shipment,
    parts: Sequence[ShipmentLine],
    taken: Mapping[int, Decimal],
    received_by: str,
) -> Shipment:
    """The shipment's own lines; it has arrived when all of them have."""
    for part in parts:
        if part.pk in taken:
            part.delivered += taken[part.pk]
            part.save(update_fields=["delivered", "updated_at"])
    values: dict[str, Any] = {"received_by": received_by or row.received_by}
    if not any(_under_way(part) for part in parts):
        values |= {"state": Shipment.State.DELIVERED, "delivered_at": now()}
    arrived: Shipment = record_update(actor=actor, row=row, values=values, act=None)
    return arrived


def _by_order_line(
    parts: Sequence[ShipmentLine], taken: Mapping[int, Decimal]
) -> dict[int, Decimal]:
    moved: dict[int, Decimal] = {}
    for part in parts:
        if part.pk in taken:
            moved[part.order_line_id] = moved.get(part.order_line_id, Decimal(0)) + taken[part.pk]
    return moved


def _deliver_lines(
    actor: Actor, row: Shipment, lines: list[OrderLine], taken: Mapping[int, Decimal]
) -> None:
    """The order's lines, its state, and the news of it."""
    for line in lines:
        line.delivered += taken.get(line.pk, Decimal(0))
    lines_save(lines, "delivered")
    complete = all(line.delivered == line.quantity for line in lines)
    order = order_follow(actor, row.order, lines, **({"delivered_at": now()} if complete else {}))
    publish(
        events.OrderDelivered(
            **event_names(order),
            shipment_id=row.pk,
            delivered_on=today(actor),
            lines=lines_moved(order, lines, taken),
            complete=complete,
        )
    )
