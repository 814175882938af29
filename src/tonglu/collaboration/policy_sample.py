"""What the sample roles may do with what hangs on records.

Everybody works with their own; what hangs on a record is read by whoever sees the record. Leaders see the work of their people.
Notes are nobody's but the owner's, not even an administrator's.
"""

from __future__ import annotations

from tonglu.policy.presets import grant

ROLES = (
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
LEADERS = ("team_leader", "sales_director")
WORK = (
    "collaboration.followup",
    "collaboration.task",
    "collaboration.calendarevent",
    "collaboration.document",
)
TASK = "collaboration.task"
EVENT = "collaboration.calendarevent"
NOTE = "collaboration.note"
LINK = "collaboration.link"
GOAL = "collaboration.goal"
NEWS = "collaboration.announcement"

KEEP = ("read", "create", "update", "delete", "export")

grant(ROLES, (*WORK, NOTE, LINK), KEEP, "own")
grant(ROLES, (TASK, EVENT), "assign", "own")
grant(ROLES, TASK, "urge", "own")
grant(LEADERS, WORK, ("read", "export"), "department")
grant(LEADERS, TASK, ("update", "assign", "urge"), "department")
grant(("managing_director", "administrator"), WORK, ("read", "export"), "all")
grant("managing_director", TASK, ("update", "assign", "urge"), "all")
grant("analyst", ("collaboration.followup", EVENT), ("read", "export"), "all")
grant(ROLES, EVENT, "read", "team")

grant(ROLES, GOAL, ("read", "export"), "own")
grant(LEADERS, GOAL, (*KEEP, "assign"), "department")
grant(("managing_director", "hr", "administrator"), GOAL, (*KEEP, "assign"), "all")

grant(ROLES, NEWS, "read", "own")
grant(
    ("managing_director", "sales_director", "team_leader", "hr", "administrator", "marketing"),
    NEWS,
    (*KEEP, "publish"),
    "own",
)
grant(("managing_director", "hr", "administrator"), NEWS, (*KEEP, "publish"), "all")
