"""What the sample roles may do in finance: sellers see what their customers owe, finance keeps it."""

from __future__ import annotations

from tonglu.policy.presets import grant

INVOICE, COLLECTION = "finance.invoice", "finance.collection"
ALLOCATION, EXPENSE = "finance.allocation", "finance.expense"
MONEY = (INVOICE, COLLECTION, ALLOCATION)
SPENDERS = (
    "managing_director",
    "sales_director",
    "team_leader",
    "salesperson",
    "telesales",
    "marketing",
    "presales",
    "order_operations",
    "service_engineer",
    "finance",
    "procurement",
)

grant("salesperson", MONEY, "read", "own")
grant("team_leader", MONEY, "read", "department")
grant(("sales_director", "order_operations"), MONEY, "read", "all")
grant(("managing_director", "analyst"), MONEY, ("read", "export"), "all")
grant("compensation_administrator", MONEY, "read", "all")
grant("order_operations", INVOICE, ("create", "update"), "all")
grant(
    "finance", INVOICE, ("read", "create", "update", "delete", "export", "issue", "assign"), "all"
)
grant(
    "finance",
    COLLECTION,
    ("read", "create", "update", "delete", "export", "allocate", "refund", "assign"),
    "all",
)
grant(("finance", "order_operations"), ("orders.contract", "orders.order"), "invoice", "all")
grant("finance", ALLOCATION, ("read", "export", "allocate"), "all")

grant(SPENDERS, EXPENSE, ("read", "create", "update", "delete", "export"), "own")
grant("team_leader", EXPENSE, ("read", "approve"), "department")
grant(("sales_director", "managing_director"), EXPENSE, ("read", "approve", "export"), "all")
grant("finance", EXPENSE, ("read", "approve", "pay", "export"), "all")
