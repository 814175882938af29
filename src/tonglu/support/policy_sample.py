"""What the sample roles may do in support: service keeps it, sellers see their customers' tickets."""

from __future__ import annotations

from tonglu.policy.presets import grant

TICKET, SERVICE, ARTICLE = "support.ticket", "support.serviceorder", "support.article"
KEEP = ("read", "create", "update", "delete", "export", "assign")
READERS = (
    "managing_director",
    "sales_director",
    "team_leader",
    "salesperson",
    "telesales",
    "marketing",
    "presales",
    "order_operations",
    "service_engineer",
    "data_steward",
    "analyst",
)

grant("service_engineer", (TICKET, SERVICE), KEEP, "all")
grant(("salesperson", "telesales", "presales"), TICKET, ("read", "create", "update"), "own")
grant("salesperson", SERVICE, "read", "own")
grant("team_leader", (TICKET, SERVICE), ("read", "create", "update"), "department")
grant(("sales_director", "order_operations"), (TICKET, SERVICE), ("read", "create"), "all")
grant(("managing_director", "analyst"), (TICKET, SERVICE), ("read", "export"), "all")
grant(READERS, ARTICLE, "read", "all")
grant(("service_engineer", "presales"), ARTICLE, ("create", "update", "export"), "all")
grant("service_engineer", ARTICLE, ("delete", "assign"), "all")
