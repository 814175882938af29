"""What lies where, what moved and what is on order, on the pages of warehouses, products, stock levels and suppliers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tonglu.entities.panels import Related

STOCK = Related(
    kind="supply.stocklevel",
    title=_("Stock levels"),
    columns=("product", "warehouse", "on_hand", "reserved", "available"),
    icon="packages",
)
MOVES = Related(
    kind="supply.stockmove",
    title=_("Stock moves"),
    columns=("created_at", "kind", "quantity", "reference"),
    icon="arrows-exchange",
)
PURCHASES = Related(
    kind="supply.purchase",
    title=_("Purchases"),
    columns=("number", "state", "amount", "expected_on"),
    icon="shopping-cart",
)

PANELS = (
    STOCK.on("supply.warehouse", "warehouse", 10),
    STOCK.on("catalog.product", "product", 30),
    MOVES.on("supply.stocklevel", "level", 10),
    PURCHASES.on("supply.supplier", "supplier", 10),
)
