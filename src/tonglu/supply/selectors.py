"""Reading what was ordered and has not come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tonglu.entities.fills import Fill
from tonglu.entities.selectors import rows
from tonglu.entities.spec import Part

from .models import Purchase, PurchaseLine

if TYPE_CHECKING:
    from tonglu.policy import Actor

BOUGHT = (Purchase.State.ORDERED, Purchase.State.PARTLY, Purchase.State.RECEIVED)


def missing_goods(_actor: Actor, row: Purchase) -> list[Part]:
    """The lines of a purchase of which a part is missing."""
    return [
        Part(
            id=line.pk,
            name=str(line.product),
            facts=(line.quantity, line.received),
            open=line.missing,
        )
        for line in row.lines.select_related("product").order_by("position", "pk")
        if line.missing > 0
    ]


def prices_paid(
    actor: Actor, products: Sequence[Any], given: Mapping[str, str]
) -> dict[int, dict[str, str]]:
    """What each product cost last, from this supplier where it has sold it; nothing for what was never bought."""
    supplier = given.get("supplier", "")
    bought = PurchaseLine.objects.filter(
        purchase__in=rows(actor, Purchase),
        purchase__state__in=BOUGHT,
        purchase__currency=given.get("currency", ""),
        product__in=products,
    )
    found: dict[int, dict[str, str]] = {}
    of_supplier = bought.filter(purchase__supplier_id=int(supplier) if supplier.isdecimal() else 0)
    for lines in (bought, of_supplier):
        for product_id, price in lines.order_by("pk").values_list("product_id", "price"):
            found[product_id] = {"price": str(price)}
    return found


FILL = Fill(
    kind="catalog.product",
    into="supply.purchaseline",
    given=("supplier", "currency"),
    run=prices_paid,
)
"""A purchase proposes what was paid before: the list price is what customers pay."""
