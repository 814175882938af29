"""The inherited tests for pay plans, their versions, members and periods."""

from __future__ import annotations

from typing import ClassVar

from tonglu.compensation.core.presets.catalogue import preset
from tonglu.compensation.models import PayPlan
from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy.testing import Cast


def plan(n: int = 0) -> PayPlan:
    """The n-th plan of the tests."""
    return PayPlan.objects.get_or_create(code=f"plan-{n}", defaults={"name": f"Plan {n}"})[0]


class TestPayPlans(EntityTests):
    kind = "compensation.payplan"
    by, stranger = "cam", "pat"
    changed: ClassVar[Raw] = {"name_zh": "提成方案"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"code": f"P{n}", "name": f"Pay {n}"}


class TestPlanVersions(EntityTests):
    kind = "compensation.planversion"
    by, stranger = "cam", "pat"
    changed: ClassVar[Raw] = {"note": "After the review"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {
            "plan": plan(n).pk,
            "note": "First",
            "definition": preset("on_collection").plan_dict(),
        }


class TestPlanMembers(EntityTests):
    kind = "compensation.planmember"
    by = "cam"
    changed: ClassVar[Raw] = {"quota": "2000.00"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {
            "person": cast.ana.pk,
            "plan": plan().pk,
            "valid_from": f"{2031 + n}-01-01",
            "valid_until": f"{2031 + n}-12-31",
            "quota": "1000.00",
        }


class TestPayPeriods(EntityTests):
    kind = "compensation.payperiod"
    by, stranger = "cam", "ana"
    deletable = False

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"first_day": f"{2030 + n // 12}-{n % 12 + 1:02}-01"}


class TestCorrections(EntityTests):
    kind = "compensation.correction"
    by, stranger = "cam", "cy"
    deletable = False
    changed: ClassVar[Raw] = {"reason": "Counted twice"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"owner": cast.ana.pk, "cause": "credit", "amount": f"{n + 1}.00", "reason": "Half"}
