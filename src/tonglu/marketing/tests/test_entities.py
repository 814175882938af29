"""The inherited tests for leads, campaigns, segments and their rules."""

from __future__ import annotations

from typing import ClassVar

from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy.testing import Cast

BIG = {"field": "employees", "op": ">=", "value": 100}


class TestLeads(EntityTests):
    kind = "marketing.lead"
    deletable = False
    changed: ClassVar[Raw] = {"need": "Two pumps by May"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Zhang Jun {n}", "company": f"Huachen {n}", "mobile": f"1390013{n:04}"}


class TestCampaigns(EntityTests):
    kind = "marketing.campaign"
    by, stranger = "mia", "hue"
    changed: ClassVar[Raw] = {"audience": "Plant managers"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Fair {n}", "budget": "20000.00"}


class TestSegments(EntityTests):
    kind = "marketing.segment"
    by, stranger = "mia", "ana"
    changed: ClassVar[Raw] = {"description": "For the spring mailing"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Segment {n}", "of": "customers.account", "condition": BIG}


class TestAssignmentRules(EntityTests):
    kind = "marketing.assignmentrule"
    by, stranger = "mia", "ana"
    changed: ClassVar[Raw] = {"position": 9}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Rule {n}", "method": "person", "person": cast.ana.pk, "position": n}


class TestScoreRules(EntityTests):
    kind = "marketing.scorerule"
    by, stranger = "mia", "ana"
    changed: ClassVar[Raw] = {"points": 7}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Score {n}", "points": 5, "condition": BIG}
