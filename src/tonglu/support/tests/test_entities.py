"""The inherited tests for tickets, service orders and articles."""

from __future__ import annotations

from typing import ClassVar

from tonglu.customers.tests.made import account_of
from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy.testing import Cast


class TestTickets(EntityTests):
    kind = "support.ticket"
    by, stranger = "eng", "cy"
    changed: ClassVar[Raw] = {"description": "It hums"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"subject": f"Pump {n} stands still", "account": account_of(cast).pk}


class TestServiceOrders(EntityTests):
    kind = "support.serviceorder"
    by, stranger = "eng", "cy"
    changed: ClassVar[Raw] = {"address": "Gate 3"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"account": account_of(cast).pk, "task": f"Change seal {n}"}


class TestArticles(EntityTests):
    kind = "support.article"
    by, stranger = "eng", "hue"
    changed: ClassVar[Raw] = {"body": "Close the valve first."}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"title": f"Changing seal {n}", "body": "Close the valve."}
