"""What the sample roles may do with the catalog: all read it, product people keep it, and cost is for few eyes."""

from __future__ import annotations

from tonglu.policy.presets import field, grant

READ = ("read", "export")
KEEP = ("read", "create", "update", "delete", "export")

PRODUCTS = ("catalog.product", "catalog.category")
PRICES = ("catalog.pricelist",)
RATES = ("catalog.currency", "catalog.exchangerate")

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
)
SELLERS = ("sales_director", "team_leader", "salesperson", "presales", "order_operations")
MAY_NOT_SEE_COST = (
    "team_leader",
    "salesperson",
    "telesales",
    "marketing",
    "presales",
    "service_engineer",
)

grant(EVERYBODY, (*PRODUCTS, *RATES), "read", "all")
grant(("administrator", "data_steward", "order_operations"), PRODUCTS, KEEP, "all")
grant(
    ("managing_director", "sales_director", "finance", "analyst", "procurement"),
    PRODUCTS,
    READ,
    "all",
)
grant((*SELLERS, "managing_director", "finance", "analyst"), PRICES, "read", "all")
grant(("sales_director", "administrator"), PRICES, (*KEEP, "issue"), "all")
grant("order_operations", PRICES, ("create", "update", "export"), "all")
grant(("finance", "administrator"), RATES, KEEP, "all")

grant(("finance", "procurement"), "catalog.product", "update", "all")
field("procurement", "catalog.product", ("list_price", "currency", "vat_rate"), "read")
field(MAY_NOT_SEE_COST, "catalog.product", "cost", "hidden")
field(
    ("order_operations", "sales_director", "managing_director", "analyst"),
    "catalog.product",
    "cost",
    "read",
)
field(
    ("finance", "procurement", "administrator", "data_steward"), "catalog.product", "cost", "write"
)
