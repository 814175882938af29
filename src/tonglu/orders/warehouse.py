"""Our own warehouse as the keeper of stock: order lines on this side, products on the other, the order's number as reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tonglu.supply import services as supply

from .models import OrderLine

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .models import Order

Quantities = Mapping[int, Decimal]


@dataclass(frozen=True)
class Warehouse:
    """Reserves, ships and takes back what supply keeps; what nobody keeps in stock is always at hand."""

    def reserve(self, actor: Actor, order: Order, wanted: Quantities) -> Quantities:
        """Set goods aside; what is missing of a product is missing on its last lines."""
        products = _products(order)
        missing = dict(
            supply.stock_reserve(
                actor=actor, quantities=_by_product(products, wanted), reference=order.number
            )
        )
        reserved = {}
        for line_id in sorted(wanted, reverse=True):
            product_id = products.get(line_id)
            short = min(missing.get(product_id or 0, Decimal(0)), wanted[line_id])
            if product_id is not None and short:
                missing[product_id] -= short
            reserved[line_id] = wanted[line_id] - short
        return reserved

    def release(self, actor: Actor, order: Order, freed: Quantities) -> None:
        """Give everything back that is reserved for the order."""
        if freed:
            supply.stock_release(actor=actor, reference=order.number)

    def ship(self, actor: Actor, order: Order, shipped: Quantities) -> None:
        """Take goods out, reserved ones first; refused when there are not enough."""
        quantities = _by_product(_products(order), shipped)
        supply.stock_ship(actor=actor, quantities=quantities, reference=order.number)

    def take_back(self, actor: Actor, order: Order, returned: Quantities) -> None:
        """Put returned goods where they are kept."""
        quantities = _by_product(_products(order), returned)
        supply.stock_take_back(actor=actor, quantities=quantities, reference=order.number)


def _products(order: Order) -> dict[int, int]:
    """The product of each line that has one."""
    lines = OrderLine.objects.filter(order=order, product__isnull=False)
    return {
        pk: product_id for pk, product_id in lines.values_list("pk", "product_id") if product_id
    }


def _by_product(products: Mapping[int, int], quantities: Quantities) -> dict[int, Decimal]:
    summed: dict[int, Decimal] = defaultdict(Decimal)
    for line_id, quantity in quantities.items():
        if line_id in products:
            summed[products[line_id]] += quantity
    return dict(summed)
