"""What the sample roles may do with deals."""

from __future__ import annotations

from tonglu.policy.presets import field, grant

DEAL = "sales.opportunity"
LISTS = ("sales.pipeline", "sales.stage", "sales.winlossreason", "sales.competitor")
EDIT = ("read", "create", "update", "delete", "export")
EVERYONE = (
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
    "service_engineer",
    "data_steward",
    "analyst",
)

grant("salesperson", DEAL, EDIT, "own")
grant("telesales", DEAL, ("read", "create", "update"), "own")
grant("presales", DEAL, ("read", "update"), "team")
grant("team_leader", DEAL, (*EDIT, "assign"), "department")
grant("sales_director", DEAL, (*EDIT, "assign", "steer"), "department")
grant("managing_director", DEAL, (*EDIT, "assign", "steer"), "all")
grant("administrator", DEAL, (*EDIT, "assign", "steer"), "all")
grant("order_operations", DEAL, ("read", "update"), "all")
grant("data_steward", DEAL, ("read", "update", "export"), "all")
grant(("finance", "compensation_administrator", "analyst"), DEAL, ("read", "export"), "all")
grant(("marketing", "service_engineer"), DEAL, "read", "all")
field(("marketing", "service_engineer"), DEAL, ("cost_estimate", "margin_estimate"), "hidden")
field(("telesales", "presales"), DEAL, ("cost_estimate", "margin_estimate"), "read")

grant(EVERYONE, LISTS, "read", "all")
grant(("administrator", "sales_director"), LISTS, EDIT, "all")
grant(("salesperson", "team_leader", "marketing"), "sales.competitor", ("create", "update"), "all")

grant(("salesperson", "telesales"), "sales.salestarget", "read", "own")
grant("team_leader", "sales.salestarget", EDIT, "department")
grant("sales_director", "sales.salestarget", EDIT, "department")
grant(("managing_director", "administrator"), "sales.salestarget", EDIT, "all")
grant(("finance", "compensation_administrator", "analyst"), "sales.salestarget", "read", "all")
