"""What the sample roles may do with quotes, contracts and orders."""

from __future__ import annotations

from tonglu.policy.presets import field, grant

QUOTE, CONTRACT, ORDER = "orders.quote", "orders.contract", "orders.order"
SHIPPED = ("orders.shipment", "orders.orderreturn")
DOCUMENTS = (QUOTE, CONTRACT, ORDER)
LIMIT = "orders.discountlimit"
EDIT = ("read", "create", "update", "export")
SELLERS = ("salesperson", "telesales", "presales")
COSTS = ("cost_amount", "margin_amount", "margin_rate")
BASE_COSTS = ("base_cost_amount", "terms_at_signing")

grant("salesperson", DOCUMENTS, EDIT, "own")
grant("salesperson", SHIPPED, "read", "own")
grant(("telesales", "presales"), QUOTE, ("read", "create", "update"), "own")
grant("presales", QUOTE, "read", "team")
grant("team_leader", DOCUMENTS, (*EDIT, "assign"), "department")
grant("sales_director", DOCUMENTS, (*EDIT, "assign"), "department")
grant(("team_leader", "sales_director"), SHIPPED, ("read", "export"), "department")
grant(("managing_director", "administrator"), DOCUMENTS, (*EDIT, "assign"), "all")
grant(("managing_director", "administrator"), SHIPPED, ("read", "update", "export"), "all")
grant("order_operations", DOCUMENTS, EDIT, "all")
grant("order_operations", SHIPPED, ("read", "update", "export"), "all")
grant(
    ("finance", "compensation_administrator", "analyst"),
    (*DOCUMENTS, *SHIPPED),
    ("read", "export"),
    "all",
)
grant("finance", (CONTRACT, ORDER), "update", "all")
grant("data_steward", (*DOCUMENTS, *SHIPPED), ("read", "export"), "all")
grant("service_engineer", (CONTRACT, ORDER, *SHIPPED), "read", "all")
grant("salesperson", QUOTE, "delete", "own")
grant(("team_leader", "sales_director"), QUOTE, "delete", "department")
grant(("managing_director", "administrator"), QUOTE, "delete", "all")

BLIND = (*SELLERS, "order_operations", "service_engineer", "data_steward")
for document in DOCUMENTS:
    field(BLIND, document, COSTS, "hidden")
field(BLIND, CONTRACT, BASE_COSTS, "hidden")

grant(("administrator", "sales_director", "managing_director"), LIMIT, (*EDIT, "delete"), "all")
grant((*SELLERS, "team_leader", "finance", "analyst", "order_operations"), LIMIT, "read", "all")
