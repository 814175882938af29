"""What the sample roles may do with leads, campaigns and segments.

Marketing has all leads; telesales works those of its department; salespeople see their own, leaders those of their people. Nobody is
granted "delete" on leads: a dead lead tells where it came from and why it died.
"""

from __future__ import annotations

from tonglu.policy.presets import grant

LEAD = "marketing.lead"
CAMPAIGN = "marketing.campaign"
SEGMENT = "marketing.segment"
RULES = ("marketing.assignmentrule", "marketing.scorerule")

WORK = ("read", "create", "update", "convert", "export")
KEEP = ("read", "create", "update", "delete", "export")

grant("salesperson", LEAD, WORK, "own")
grant("telesales", LEAD, (*WORK, "assign"), "department")
grant("team_leader", LEAD, (*WORK, "assign"), "department")
grant(("sales_director", "administrator"), LEAD, (*WORK, "assign"), "all")
grant("team_leader", LEAD, "merge", "department")
grant(("sales_director", "administrator", "marketing", "data_steward"), LEAD, "merge", "all")
grant("marketing", LEAD, ("read", "create", "update", "assign", "export"), "all")
grant("data_steward", LEAD, ("read", "update", "assign", "export"), "all")
grant(("managing_director", "analyst"), LEAD, ("read", "export"), "all")

grant(("marketing", "administrator"), (CAMPAIGN, SEGMENT), (*KEEP, "assign"), "all")
grant(
    ("salesperson", "telesales", "team_leader", "sales_director", "presales"),
    CAMPAIGN,
    "read",
    "all",
)
grant(("managing_director", "analyst", "finance"), (CAMPAIGN, SEGMENT), ("read", "export"), "all")
grant("sales_director", SEGMENT, ("read", "create", "update"), "all")

grant(("marketing", "sales_director", "administrator"), RULES, KEEP, "all")
grant(("team_leader", "telesales", "data_steward"), RULES, "read", "all")
