"""The inherited tests for stock and purchasing; purchasing stands behind its wall."""

from __future__ import annotations

from typing import ClassVar

from tonglu.catalog.models import Product
from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy.testing import Cast
from tonglu.supply.models import Supplier, Warehouse


def warehouse() -> Warehouse:
    """The warehouse of the tests."""
    return Warehouse.objects.get_or_create(name="Main store")[0]


class TestStockLevels(EntityTests):
    kind = "supply.stocklevel"
    by, stranger = "pat", "hue"
    changed: ClassVar[Raw] = {"low_below": "5"}

    def valid(self, cast: Cast, n: int) -> Raw:
        product = Product.objects.get_or_create(sku=f"P-{n}", defaults={"name": f"Pump {n}"})[0]
        return {"warehouse": warehouse().pk, "product": product.pk, "low_below": "3"}


class TestWarehouses(EntityTests):
    kind = "supply.warehouse"
    by, stranger = "pat", "hue"
    changed: ClassVar[Raw] = {"address": "Dock 2"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Store {n}"}


class TestSuppliers(EntityTests):
    kind = "supply.supplier"
    by, stranger = "pat", "ada"
    changed: ClassVar[Raw] = {"note": "Late twice"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Foundry {n}", "phone": "021 5555 1234"}


class TestPurchases(EntityTests):
    kind = "supply.purchase"
    by, stranger = "pat", "ada"
    changed: ClassVar[Raw] = {"note": "Before the holiday"}

    def valid(self, cast: Cast, n: int) -> Raw:
        supplier = Supplier.objects.get_or_create(
            name="Foundry", defaults={"owner": cast.pat, "department": cast.office}
        )[0]
        return {"supplier": supplier.pk, "warehouse": warehouse().pk, "note": f"Castings {n}"}
