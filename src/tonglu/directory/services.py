"""Writes of the directory: people come and go, hold roles, stand in for each other; departments move.

Ending sessions, keeping paths and telling caches is the database's own work (see the triggers), so these verbs and the
generic import door behave the same.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_

from .memory import forget
from .models import Department, Deputy, Person, Role, RoleAssignment

if TYPE_CHECKING:
    from collections.abc import Mapping

SAMPLE_ROLES = (
    ("administrator", "Administrator", "系统管理员", False),
    ("managing_director", "Managing director", "总经理", True),
    ("sales_director", "Sales director", "销售总监", True),
    ("team_leader", "Team leader", "销售主管", True),
    ("salesperson", "Salesperson", "销售人员", True),
    ("telesales", "Telesales", "电话销售", True),
    ("marketing", "Marketing", "市场人员", True),
    ("presales", "Pre-sales engineer", "售前工程师", True),
    ("order_operations", "Order operations", "订单运营", True),
    ("finance", "Finance", "财务人员", True),
    ("compensation_administrator", "Compensation administrator", "薪酬提成管理员", False),
    ("procurement", "Procurement", "采购人员", True),
    ("service_engineer", "Service engineer", "服务工程师", True),
    ("data_steward", "Data steward", "数据管理员", True),
    ("analyst", "Analyst", "数据分析师", True),
    ("hr", "Human resources", "人力资源", True),
)
"""Code, names, and whether a deputy may act in the role."""


@transaction.atomic
def roles_load_sample() -> None:
    """Create the sample roles that do not exist yet; names an administrator changed stay."""
    for code, name, name_zh, delegable in SAMPLE_ROLES:
        defaults = {"name": name, "name_zh": name_zh, "delegable": delegable}
        Role.objects.get_or_create(code=code, defaults=defaults)
    forget()


@transaction.atomic
def person_create(
    *,
    actor: Any = None,
    name: str,
    email: str | None = None,
    password: str | None = None,
    **more: Any,
) -> Person:
    """A new person; without a password they cannot sign in until one is set by reset."""
    person = Person(name=name, email=email, created_by_id=_id(actor), **more)
    person.set_password(password)
    if email and Person.objects.filter(email=email).exists():
        raise Invalid({"email": [N_("Another person already has this e-mail address.")]})
    person.save()
    return person


@transaction.atomic
def person_deactivate(
    *, actor: Any = None, person: Person, left_on: dt.date | None = None
) -> Person:
    """The person left: every session and token ends at once; what they own stays theirs until handed over."""
    row = Person.objects.select_for_update().get(pk=person.pk)
    row.is_active = False
    row.left_on = left_on or timezone.localdate()
    row.save(update_fields=["is_active", "left_on", "updated_at"])
    row.refresh_from_db(fields=["epoch"])
    forget()
    return row


@transaction.atomic
def person_activate(*, actor: Any = None, person: Person) -> Person:
    """The person is back and may sign in again."""
    row = Person.objects.select_for_update().get(pk=person.pk)
    row.is_active, row.left_on = True, None
    row.save(update_fields=["is_active", "left_on", "updated_at"])
    return row


def person_epoch_bump(*, person_id: int) -> None:
    """End every session and token of the person now."""
    Person.objects.filter(pk=person_id).update(epoch=F("epoch") + 1)
    forget()


@transaction.atomic
def person_preferences_set(*, person: Person, values: Mapping[str, Any]) -> Person:
    """Change how the pages look for this person; validated by the caller's form."""
    for name, value in values.items():
        setattr(person, name, value)
    person.save(update_fields=[*values, "updated_at"])
    return person


@transaction.atomic
def role_assign(
    *,
    actor: Any = None,
    person: Person,
    role: str,
    department: Department | None = None,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> RoleAssignment:
    """Give a role, measured from the department (the person's own when none is named); the same again changes nothing."""
    found = Role.objects.filter(code=role).first()
    if found is None:
        raise DomainError("There is no role named %(role)s.", params={"role": role}, field="role")
    row, _new = RoleAssignment.objects.get_or_create(
        person=person,
        role=found,
        department=department,
        valid_from=valid_from,
        deleted_at=None,
        defaults={"valid_until": valid_until, "created_by_id": _id(actor)},
    )
    forget()
    return row


@transaction.atomic
def role_withdraw(*, actor: Any = None, person: Person, role: str) -> int:
    """Take the role away wherever the person holds it; answers how many assignments ended."""
    rows = RoleAssignment.objects.filter(person=person, role__code=role, deleted_at__isnull=True)
    count = rows.update(deleted_at=timezone.now(), version=F("version") + 1)
    forget()
    return count


@transaction.atomic
def deputy_appoint(
    *,
    actor: Any = None,
    person: Person,
    deputy: Person,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    reason: str = "",
) -> Deputy:
    """Let `deputy` stand in for `person` between two days."""
    if person.pk == deputy.pk:
        raise Invalid({"deputy": [N_("No one can stand in for themselves.")]})
    if valid_until and valid_until < valid_from:
        raise Invalid({"valid_until": [N_("The last day lies before the first.")]})
    row = Deputy.objects.create(
        person=person,
        deputy=deputy,
        valid_from=valid_from,
        valid_until=valid_until,
        reason=reason,
        created_by_id=_id(actor),
    )
    forget()
    return row


@transaction.atomic
def department_create(
    *,
    actor: Any = None,
    name: str,
    name_zh: str = "",
    parent: Department | None = None,
    **more: Any,
) -> Department:
    """A new department, on its own or as part of another."""
    row = Department.objects.create(
        name=name, name_zh=name_zh, parent=parent, created_by_id=_id(actor), **more
    )
    row.refresh_from_db(fields=["path"])
    forget()
    return row


def department_move(
    *, actor: Any = None, department: Department, parent: Department | None
) -> Department:
    """Make the department, with everything below it, a part of another; never of itself."""
    try:
        with transaction.atomic():
            row = Department.objects.select_for_update().get(pk=department.pk)
            row.parent = parent
            row.version += 1
            row.save(update_fields=["parent", "version", "updated_at"])
    except IntegrityError as error:
        raise Invalid({"parent": [N_("A department cannot be part of itself.")]}) from error
    row.refresh_from_db(fields=["path"])
    forget()
    return row


def _id(actor: Any) -> int | None:
    return getattr(actor, "person_id", None)
