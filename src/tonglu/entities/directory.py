"""The entities of the directory, which stands below the machine and so cannot declare them itself.

The database keeps department paths and ends sessions when a person's roles change; these declarations only show and edit.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tonglu import policy
from tonglu.directory.memory import forget
from tonglu.directory.models import (
    Calendar,
    CalendarHours,
    Department,
    Deputy,
    Holiday,
    Person,
    Role,
    RoleAssignment,
    Territory,
)
from tonglu.directory.selectors import assignments_today
from tonglu.directory.services import person_activate, person_deactivate
from tonglu.kernel.errors import Invalid
from tonglu.toolkit.clock import today

from .panels import Related
from .spec import Entity, Lines, Refusal, Section, Verb, View

NO_OWNER = {"owner": None, "department": None}


def _person_prepare(actor: Any, row: Person, before: Person | None) -> None:
    """A new person cannot sign in until a password is set by reset; a blank number or address is none."""
    row.email = row.email or None
    row.employee_number = row.employee_number or None
    if before is None and not row.password:
        row.set_unusable_password()
    if row.manager_id and row.manager_id == row.pk:
        raise Invalid({"manager": [_("No one reports to themselves.")]})
    if before is not None and row.email != (before.email or None):
        _guard_address(actor, row)


def _guard_address(actor: Any, row: Person) -> None:
    """A password is reset through the address: whoever changed it could take over a role that is nobody's to lend."""
    held = assignments_today().filter(person=row, role__delegable=False)
    if held.exists() and not policy.may(actor, "manage", "policy"):
        raise Invalid(
            {"email": [_("Only who manages the policy changes the address of such a person.")]}
        )


def _deputy_prepare(actor: Any, row: Deputy, _before: Deputy | None) -> None:
    """Deputies are named by the absent person or by others, never by the one who would gain the rights."""
    if row.person_id == row.deputy_id:
        raise Invalid({"deputy": [_("No one can stand in for themselves.")]})
    if row.deputy_id == actor.person_id:
        raise Invalid({"deputy": [_("You cannot name yourself the deputy of somebody.")]})


def _blank_code(_actor: Any, row: Any, _before: Any) -> None:
    row.code = row.code or None


def _forget(_actor: Any, _row: Any, _before: Any) -> None:
    """Whatever this request remembers of people and departments may be different now."""
    forget()


def _leave(*, actor: Any, row: Person) -> Person:
    return person_deactivate(actor=actor, person=row)


def _return(*, actor: Any, row: Person) -> Person:
    return person_activate(actor=actor, person=row)


def _may_leave(actor: Any, row: Person) -> Refusal | None:
    if not row.is_active:
        return Refusal(reason=_("This person has left already."))
    if row.pk == actor.person_id:
        return Refusal(reason=_("You cannot lock yourself out."))
    return None


def _may_return(_actor: Any, row: Person) -> Refusal | None:
    return Refusal(reason=_("This person is active.")) if row.is_active else None


PEOPLE = Entity(
    model=Person,
    slug="people",
    area="administration",
    icon="users",
    subtitle="job_title",
    columns=("name", "job_title", "department", "manager", "email", "phone", "is_active"),
    form=(
        Section(
            title=gettext_lazy("Person"),
            fields=("name", "email", "phone", "employee_number", "job_title"),
        ),
        Section(
            title=gettext_lazy("Department and manager"),
            fields=("department", "manager", "joined_on", "left_on"),
        ),
        Section(
            title=gettext_lazy("Language and time"), fields=("language", "timezone"), folded=True
        ),
    ),
    readonly=("is_active",),
    hidden=("last_login", "theme", "density"),
    search=("name", "email", "phone", "employee_number"),
    quick=("name", "email", "department"),
    filters=("department", "is_active"),
    sort="name",
    import_key=("email", "employee_number", "external_id", "name"),
    verbs=(
        Verb(
            name="leave",
            label=gettext_lazy("Mark as left"),
            run=_leave,
            act="close",
            when=_may_leave,
            icon="user-off",
            tone="danger",
            help=gettext_lazy(
                "Ends every session and token at once. Records stay theirs until handed over; their page lists them."
            ),
        ),
        Verb(
            name="return",
            label=gettext_lazy("Mark as back"),
            help=_(
                "They can sign in again and be given records; what was handed on stays where it is."
            ),
            run=_return,
            act="close",
            when=_may_return,
            icon="user-check",
        ),
    ),
    views=(
        View(
            name="active",
            title=pgettext_lazy("of a person", "Active"),
            condition={"field": "is_active", "op": "=", "value": True},
            pinned=True,
        ),
    ),
    prepare=_person_prepare,
    after=_forget,
    scope={"owner": "pk", "department": "department"},
    order=10,
    empty=gettext_lazy("Everyone who works here. Add people, or import them from a file."),
)

DEPARTMENTS = Entity(
    model=Department,
    slug="departments",
    area="administration",
    icon="sitemap",
    columns=("name", "parent", "manager", "code"),
    form=(
        Section(
            title=gettext_lazy("Department"),
            fields=("name", "name_zh", "code", "parent", "manager", "calendar"),
        ),
    ),
    readonly=("path",),
    search=("name", "name_zh", "code"),
    quick=("name", "name_zh", "parent"),
    filters=("parent",),
    sort="path",
    depth=lambda row: row.path.count("/") - 2,
    import_key=("code", "external_id", "name"),
    prepare=_blank_code,
    after=_forget,
    scope=NO_OWNER,
    order=20,
    empty=gettext_lazy("The company as a tree of departments; permissions reach along it."),
)

ROLES = Entity(
    model=Role,
    slug="roles",
    area="administration",
    icon="id-badge",
    columns=("name", "code", "delegable"),
    form=(Section(title=gettext_lazy("Role"), fields=("code", "name", "name_zh", "delegable")),),
    search=("name", "name_zh", "code"),
    sort="code",
    import_key=("code",),
    after=_forget,
    scope=NO_OWNER,
    order=30,
    empty=gettext_lazy("What people are here for. The policy says what each role may see and do."),
)

ASSIGNMENTS = Entity(
    model=RoleAssignment,
    slug="role-assignments",
    area="administration",
    icon="user-plus",
    title="person",
    subtitle="role",
    columns=("person", "role", "department", "valid_from", "valid_until"),
    form=(
        Section(
            title=gettext_lazy("Assignment"),
            fields=("person", "role", "department", "valid_from", "valid_until"),
            help=gettext_lazy(
                "The new rights hold at once: the person is signed out everywhere and signs in again. That goes for your own roles too."
            ),
        ),
    ),
    filters=("role", "department", "person"),
    sort="-created_at",
    after=_forget,
    scope={"owner": "person", "department": None},
    order=40,
    empty=gettext_lazy("Who holds which role, where and since when."),
)

DEPUTIES = Entity(
    model=Deputy,
    slug="deputies",
    area="administration",
    icon="user-share",
    title="person",
    subtitle="deputy",
    columns=("person", "deputy", "valid_from", "valid_until", "reason"),
    form=(
        Section(
            title=gettext_lazy("Deputy"),
            fields=("person", "deputy", "valid_from", "valid_until", "reason"),
        ),
    ),
    filters=("person", "deputy"),
    sort="-valid_from",
    proposed={"valid_from": today},
    prepare=_deputy_prepare,
    after=_forget,
    scope={"owner": "person", "department": None},
    order=50,
    empty=gettext_lazy("Who stands in for whom, and on which days."),
)

TERRITORIES = Entity(
    model=Territory,
    slug="territories",
    area="administration",
    icon="map",
    columns=("code", "name", "parent", "department", "owner"),
    form=(
        Section(
            title=gettext_lazy("Territory"),
            fields=("code", "name", "name_zh", "parent", "department", "owner"),
        ),
    ),
    search=("name", "name_zh", "code"),
    sort="code",
    import_key=("code",),
    scope={"owner": "owner", "department": "department"},
    order=60,
    empty=gettext_lazy(
        "Regions or market areas, each with its department and owner. Leads and accounts carry them, and rules give leads out by them."
    ),
)

CALENDARS = Entity(
    model=Calendar,
    slug="calendars",
    area="administration",
    icon="calendar",
    columns=("name", "name_zh"),
    form=(
        Section(
            title=gettext_lazy("Calendar"), fields=("name", "name_zh", "timezone", "is_default")
        ),
    ),
    lines=(
        Lines(
            model=CalendarHours,
            parent="calendar",
            fields=("weekday", "starts", "ends"),
            title=gettext_lazy("Working hours"),
        ),
    ),
    sort="name",
    scope=NO_OWNER,
    order=70,
    empty=gettext_lazy(
        "Working days and hours. Deadlines of tickets and approvals count working time by them; without one, Monday to Friday, nine to six."
    ),
)

HOLIDAYS = Entity(
    model=Holiday,
    slug="holidays",
    area="administration",
    icon="beach",
    columns=("day", "name", "name_zh", "calendar"),
    form=(
        Section(
            title=gettext_lazy("Holiday"),
            fields=("calendar", "day", "name", "name_zh", "is_worked"),
        ),
    ),
    sort="-day",
    scope=NO_OWNER,
    order=80,
    empty=gettext_lazy(
        "Days off, and weekend days that are worked instead. Enter those of the year, or import the list the government publishes."
    ),
)

DIRECTORY = (
    PEOPLE,
    DEPARTMENTS,
    ROLES,
    ASSIGNMENTS,
    DEPUTIES,
    TERRITORIES,
    CALENDARS,
    HOLIDAYS,
)

ROLES_HELD = Related(
    kind="directory.roleassignment",
    title=gettext_lazy("Roles"),
    columns=("role", "department", "valid_from", "valid_until"),
    icon="id-badge",
)
STAFF = Related(
    kind="directory.person",
    title=gettext_lazy("People"),
    columns=("name", "job_title", "phone"),
    icon="users",
)
BRANCHES = Related(
    kind="directory.department",
    title=gettext_lazy("Departments below"),
    columns=("name", "manager"),
    icon="sitemap",
)

PANELS = (
    ROLES_HELD.on("directory.person", "person", 10),
    STAFF.on("directory.department", "department", 10),
    BRANCHES.on("directory.department", "parent", 20),
)
