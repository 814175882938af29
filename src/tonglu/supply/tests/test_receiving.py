"""Goods come in as they come: in parts, into the warehouse of the purchase, never more than was ordered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tonglu.audit.models import Entry
from tonglu.catalog.models import Product
from tonglu.entities.services import record_create, record_run
from tonglu.kernel.errors import DomainError
from tonglu.policy import Actor
from tonglu.supply import services
from tonglu.supply.models import Purchase, PurchaseLine, StockLevel, Supplier, Warehouse

D = Decimal


def ordered(pat: Actor) -> Purchase:
    """Ten castings at 5, ordered."""
    product = Product.objects.create(sku="C-1", name="Casting")
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
    return services.purchase_order(actor=pat, row=row)


def test_a_purchase_is_received_in_parts(cast: Any, actor: Any, browse: Any) -> None:
    row = ordered(actor(cast.pat))
    line = row.lines.get()
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


def test_the_rest_of_a_purchase_is_called_off_with_a_reason(
    cast: Any, actor: Any, browse: Any
) -> None:
    pat = actor(cast.pat)
    row = ordered(pat)
    line, verb = row.lines.get(), "call_off_rest"
    with pytest.raises(DomainError, match="Nothing has come in yet"):
        record_run(actor=pat, row=row, verb=verb, params={"reason": "Late"})
    services.purchase_receive(actor=pat, row=row, quantities={line.pk: D(4)})
    web, url = browse(cast.pat), f"/purchases/{row.pk}/verbs/{verb}/"

    silent = web.post(url, {"reason": ""})
    done = web.post(url, {"reason": "Foundry closed"})

    row.refresh_from_db()
    line.refresh_from_db()
    assert (silent.status_code, done.status_code) == (422, 302)
    assert (row.state, row.amount, row.called_off_because) == ("received", D(20), "Foundry closed")
    assert (line.quantity, line.received, line.called_off, line.missing) == (
        D(10),
        D(4),
        D(6),
        D(0),
    )
    assert StockLevel.objects.get().on_hand == D(4)
    entry = Entry.objects.filter(kind="supply.purchase", row_id=row.pk).latest("pk")
    assert (entry.verb, entry.reason) == ("supply.purchase.call_off_rest", "Foundry closed")
    with pytest.raises(DomainError):
        services.purchase_receive(actor=pat, row=row, quantities={line.pk: D(1)})
    with pytest.raises(DomainError, match="closed already"):
        record_run(actor=pat, row=row, verb=verb, params={"reason": "Again"})


def test_a_purchase_proposes_what_was_paid_before_never_what_customers_pay(
    cast: Any, actor: Any, browse: Any
) -> None:
    row, pat = ordered(actor(cast.pat)), browse(cast.pat)
    product = row.lines.get().product
    Product.objects.update(list_price=D(900))
    Product.objects.create(sku="C-2", name="Casting, large", list_price=D(800))

    form = pat.get("/purchases/new/").content.decode()
    url = "/products/lookup/?into=supply.purchaseline&q=Casting"
    found = pat.get(f"{url}&supplier={row.supplier_id}&currency=CNY").json()["results"]
    elsewhere = pat.get(f"{url}&currency=EUR").json()["results"]
    unsaid = pat.get(url).json()["results"]
    sold = pat.get("/products/lookup/?q=Casting").json()["results"]
    walled = browse(cast.ana).get(f"{url}&currency=CNY").json()["results"]

    assert "/products/lookup/?into=supply.purchaseline" in form
    prices = {one["id"]: one["fill"].get("price") for one in found}
    assert prices.pop(product.pk) == "5.00"
    assert list(prices.values()) == [None]
    assert [one["fill"] for one in (*elsewhere, *unsaid)] == [{}] * 4
    assert {one["fill"]["price"] for one in sold} == {"900.00", "800.00"}
    assert [one["fill"] for one in walled] == [{}, {}]
