"""The inherited tests for the kinds of the catalog."""

from __future__ import annotations

from typing import ClassVar

from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy.testing import Cast


class CatalogTests(EntityTests):
    """Kept by the administrator, closed to people outside trade."""

    by, stranger = "ada", "hue"


class TestProducts(CatalogTests):
    kind = "catalog.product"
    changed: ClassVar[Raw] = {"specification": "DN 80", "list_price": "1200.00"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"sku": f"P-{n}", "name": f"Pump {n}", "list_price": "1000.00", "vat_rate": "13%"}


class TestPriceLists(CatalogTests):
    kind = "catalog.pricelist"
    changed: ClassVar[Raw] = {"note": "For distributors"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"List {n}", "valid_from": "2031-01-01"}


class TestCategories(CatalogTests):
    kind = "catalog.category"
    changed: ClassVar[Raw] = {"name_zh": "水泵"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Category {n}"}


class TestCurrencies(CatalogTests):
    kind = "catalog.currency"
    changed: ClassVar[Raw] = {"name_zh": "货币"}

    def valid(self, cast: Cast, n: int) -> Raw:
        code = f"X{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}"
        return {"code": code, "name": f"Currency {n}"}


class TestExchangeRates(CatalogTests):
    kind = "catalog.exchangerate"
    changed: ClassVar[Raw] = {"source": "Central bank"}

    def valid(self, cast: Cast, n: int) -> Raw:
        day = f"2031-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}"
        return {"currency": "USD", "valid_from": day, "rate": "7.1"}
