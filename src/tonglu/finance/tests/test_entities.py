"""The inherited tests for invoices, collections and expenses."""

from __future__ import annotations

from typing import ClassVar

from tonglu.customers.tests.made import account_of
from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy.testing import Cast


class TestInvoices(EntityTests):
    kind = "finance.invoice"
    by = "fay"
    changed: ClassVar[Raw] = {"note": "By post"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"account": account_of(cast).pk, "title": f"Acme {n}"}


class TestCollections(EntityTests):
    kind = "finance.collection"
    by = "fay"
    changed: ClassVar[Raw] = {"note": "In two parts"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {
            "account": account_of(cast).pk,
            "received_on": "2026-01-31",
            "amount": f"{100 + n}.00",
            "payer": f"Acme {n}",
        }


class TestExpenses(EntityTests):
    kind = "finance.expense"
    changed: ClassVar[Raw] = {"title": "Trip to Suzhou"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"title": f"Trip {n}", "spent_on": "2026-01-31"}
