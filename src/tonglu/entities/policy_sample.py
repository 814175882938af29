"""What the sample roles may do with the machine's own kinds, and with those of the directory below it."""

from __future__ import annotations

from tonglu.policy.presets import field, grant

KEEP = ("read", "create", "update", "delete", "export")
EVERYBODY = (
    "administrator",
    "managing_director",
    "sales_director",
    "team_leader",
    "salesperson",
    "telesales",
    "marketing",
    "presales",
    "order_operations",
    "finance",
    "compensation_administrator",
    "procurement",
    "service_engineer",
    "data_steward",
    "analyst",
    "hr",
)
PUBLIC = (
    "directory.person",
    "directory.department",
    "directory.role",
    "directory.territory",
    "directory.calendar",
    "directory.holiday",
)
PERSONAL = ("directory.roleassignment", "directory.deputy")

grant("administrator", ("entities.customfield", *PUBLIC, *PERSONAL), KEEP, "all")
grant("administrator", "directory.person", "close", "all")
grant("data_steward", "entities.customfield", KEEP, "all")
grant("hr", PUBLIC[:2], KEEP, "all")
grant("hr", "directory.person", "close", "all")
grant("hr", PERSONAL, "read", "all")
grant("hr", ("directory.deputy", "directory.calendar", "directory.holiday"), KEEP, "all")
grant(EVERYBODY, PUBLIC, "read", "all")
grant(EVERYBODY, PERSONAL, "read", "own")
grant(EVERYBODY, "directory.deputy", ("create", "update", "delete"), "own")
grant("team_leader", PERSONAL, "read", "department")
grant(("sales_director", "managing_director"), PERSONAL, "read", "all")

for role in EVERYBODY:
    if role not in {"administrator", "hr"}:
        field(role, "directory.person", ("employee_number", "joined_on", "left_on"), "hidden")
