"""The inherited tests for the kinds of the directory, and for the definitions of custom fields."""

from __future__ import annotations

from typing import ClassVar

from tonglu.directory.models import Calendar, Role
from tonglu.entities.testing import EntityTests, Raw
from tonglu.policy.testing import Cast


class TestPeople(EntityTests):
    kind = "directory.person"
    by, stranger = "ada", ""
    changed: ClassVar[Raw] = {"job_title": "Key account manager"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Person {n}", "email": f"person-{n}@example.com", "language": "en"}


class TestDepartments(EntityTests):
    kind = "directory.department"
    by, stranger = "ada", ""
    changed: ClassVar[Raw] = {"name_zh": "南区"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Team {n}", "code": f"T-{n}", "parent": cast.sales.pk}


class TestRoles(EntityTests):
    kind = "directory.role"
    by, stranger = "ada", ""
    changed: ClassVar[Raw] = {"name_zh": "角色"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"code": f"role_{n}", "name": f"Role {n}"}


class TestRoleAssignments(EntityTests):
    kind = "directory.roleassignment"
    by = "ada"
    changed: ClassVar[Raw] = {"valid_until": "2030-01-31"}

    def valid(self, cast: Cast, n: int) -> Raw:
        role, _made = Role.objects.get_or_create(code=f"role-{n}", defaults={"name": f"Role {n}"})
        return {"person": cast.ben.pk, "role": role.pk}


class TestDeputies(EntityTests):
    kind = "directory.deputy"
    changed: ClassVar[Raw] = {"reason": "Parental leave"}

    def valid(self, cast: Cast, n: int) -> Raw:
        first, last = f"2031-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}", "2033-01-31"
        return {
            "person": cast.ana.pk,
            "deputy": cast.ben.pk,
            "valid_from": first,
            "valid_until": last,
        }


class TestTerritories(EntityTests):
    kind = "directory.territory"
    by, stranger = "ada", ""
    changed: ClassVar[Raw] = {"name_zh": "华东"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"code": f"T-{n}", "name": f"Territory {n}"}


class TestCalendars(EntityTests):
    kind = "directory.calendar"
    by, stranger = "ada", ""
    changed: ClassVar[Raw] = {"name_zh": "工作日历"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Calendar {n}", "timezone": "Asia/Shanghai"}


class TestHolidays(EntityTests):
    kind = "directory.holiday"
    by, stranger = "ada", ""
    changed: ClassVar[Raw] = {"name_zh": "节日"}

    def valid(self, cast: Cast, n: int) -> Raw:
        calendar, _made = Calendar.objects.get_or_create(name="China")
        day = f"2031-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}"
        return {"calendar": calendar.pk, "day": day, "name": f"Holiday {n}"}


class TestCustomFields(EntityTests):
    kind = "entities.customfield"
    by, stranger = "ada", "ana"
    changed: ClassVar[Raw] = {"help": "As printed on the plate"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {
            "kind": "customers.account",
            "key": f"field_{n}",
            "label": f"Field {n}",
            "type": "text",
        }
