"""Goods come in as they come: in parts, into the warehouse of the purchase, never more than was ordered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tonglu.catalog.models import Product
from tonglu.entities.services import record_create
from tonglu.supply import services
from tonglu.supply.models import Purchase, PurchaseLine, StockLevel, Supplier, Warehouse

D = Decimal


def test_a_purchase_is_received_in_parts(cast: Any, actor: Any, browse: Any) -> None:
    pat, product = actor(cast.pat), Product.objects.create(sku="C-1", name="Casting")
    supplier = record_create(actor=pat, model=Supplier, values={"name": "Foundry"})
    row = record_create(
        actor=pat,
        model=Purchase,
        values={
            "supplier": supplier,
            "warehouse": Warehouse.objects.create(name="Main"),
            "currency": "CNY",
        },
        lines={PurchaseLine: [{"product": product, "quantity": D(10), "price": D(5)}]},
    )
    line = row.lines.get()
    services.purchase_order(actor=pat, row=row)
    web, url = browse(cast.pat), f"/purchases/{row.pk}/verbs/receive/"

    too_many = web.post(url, {"parts": "1", f"part-{line.pk}": "11"})
    web.post(url, {"parts": "1", f"part-{line.pk}": "4"})
    row.refresh_from_db()
    half = (row.state, StockLevel.objects.get().on_hand)
    api = web.post(f"/api/v1/purchases/{row.pk}/receive", {}, content_type="application/json")

    row.refresh_from_db()
    assert too_many.status_code == 422
    assert half == ("partly", D(4))
    assert api.status_code == 200
    assert (row.state, StockLevel.objects.get().on_hand) == ("received", D(10))
