"""The tables of the dialogs that move goods: what of an order is left to ship, on its way, or could come back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tonglu.catalog.wording import line_words
from tonglu.entities.spec import Part, Parts

from .models import Order, OrderLine, Shipment
from .rules import order_progress

if TYPE_CHECKING:
    from tonglu.policy import Actor

NAME = "quantities"
ORDERED = _("Ordered")


def _shippable(_actor: Actor, row: Order) -> list[Part]:
    return _parts(row, lambda line: order_progress(line).to_ship, lambda line: line.reserved)


def _under_way(_actor: Actor, row: Order) -> list[Part]:
    return _parts(row, lambda line: line.shipped - line.delivered, lambda line: line.shipped)


def _returnable(_actor: Actor, row: Order) -> list[Part]:
    """What could come back; nothing does unless somebody says how much."""
    return [
        Part(id=one.id, name=one.name, facts=one.facts, open=one.open, take=Decimal(0))
        for one in _parts(
            row, lambda line: order_progress(line).to_return, lambda line: line.delivered
        )
    ]


def _on_board(_actor: Actor, row: Shipment) -> list[Part]:
    lines = row.lines.select_related("order_line__product").order_by("pk")
    return [
        Part(
            id=line.pk,
            name=line_name(line.order_line),
            facts=(line.quantity,),
            open=line.quantity - line.delivered,
        )
        for line in lines
        if line.quantity > line.delivered
    ]


def line_name(line: OrderLine) -> str:
    """What the line is, for a person."""
    return line_words(line.description, line.product)


def _parts(
    row: Order, left: Callable[[OrderLine], Decimal], so_far: Callable[[OrderLine], Decimal]
) -> list[Part]:
    lines = row.lines.filter(deleted_at__isnull=True).select_related("product")
    return [
        Part(
            id=line.pk,
            name=line_name(line),
            facts=(line.quantity, so_far(line)),
            open=left(line),
        )
        for line in lines.order_by("position", "pk")
        if left(line) > 0
    ]


TO_SHIP = Parts(
    name=NAME,
    find=_shippable,
    title=_("What leaves"),
    heads=(ORDERED, _("Reserved")),
    take=_("Ship now"),
)
TO_DELIVER = Parts(
    name=NAME,
    find=_under_way,
    title=_("What arrived"),
    heads=(ORDERED, _("Shipped")),
    take=_("Arrived"),
)
TO_RETURN = Parts(
    name=NAME,
    find=_returnable,
    title=_("What came back"),
    heads=(ORDERED, _("Delivered")),
    take=_("Came back"),
)
ON_BOARD = Parts(
    name=NAME,
    find=_on_board,
    title=_("What arrived"),
    heads=(_("Shipped"),),
    take=_("Arrived"),
)
