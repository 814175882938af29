"""The inherited tests for the kinds of customers."""

from __future__ import annotations

from typing import ClassVar

from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy.testing import Cast

from .made import account_of


class TestAccounts(EntityTests):
    kind = "customers.account"
    changed: ClassVar[Raw] = {"city": "Suzhou", "tags": ["key", "重点"]}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Northwind {n * 7919} Pumps", "city": "Shanghai", "employees": 120}


class TestContacts(EntityTests):
    kind = "customers.contact"
    changed: ClassVar[Raw] = {"interests": "Sailing"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {
            "name": f"Li Wei {n}",
            "account": account_of(cast).pk,
            "mobile": f"1380013{n:04}",
            "email": f"li-{n}@acme.example",
        }


class TestIndustries(EntityTests):
    kind = "customers.industry"
    by, stranger = "ada", "hue"
    changed: ClassVar[Raw] = {"name_zh": "化工"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Industry {n}"}


class TestSources(EntityTests):
    kind = "customers.source"
    by, stranger = "ada", "hue"
    changed: ClassVar[Raw] = {"name_zh": "展会"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Source {n}"}
