"""The inherited tests for quotes, contracts, orders and discount limits."""

from __future__ import annotations

from typing import ClassVar

from tonglu.customers.tests.made import account_of
from tonglu.directory.models import Role
from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy.testing import Cast


class TestQuotes(EntityTests):
    kind = "orders.quote"
    changed: ClassVar[Raw] = {"terms": "Thirty days net"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"account": account_of(cast).pk, "title": f"Pumps {n}"}


class TestContracts(EntityTests):
    kind = "orders.contract"
    deletable = False
    changed: ClassVar[Raw] = {"terms": "Thirty days net"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"account": account_of(cast).pk, "name": f"Pumps {n}"}


class TestOrders(EntityTests):
    kind = "orders.order"
    deletable = False
    changed: ClassVar[Raw] = {"note": "Call before delivery"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"account": account_of(cast).pk, "recipient": f"Gate {n}"}


class TestDiscountLimits(EntityTests):
    kind = "orders.discountlimit"
    by, stranger = "ada", "hue"
    changed: ClassVar[Raw] = {"discount": "12%"}

    def valid(self, cast: Cast, n: int) -> Raw:
        role, _made = Role.objects.get_or_create(code=f"role-{n}", defaults={"name": f"Role {n}"})
        return {"role": role.pk, "discount": "10%", "valid_from": "2031-01-01"}
