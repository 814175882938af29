"""What the sample roles may do in supply: stock is open, purchasing stands behind a wall."""

from __future__ import annotations

from tonglu.kernel.text import N_
from tonglu.policy.presets import grant, wall

KEEP = ("read", "create", "update", "delete", "export")
STOCK = ("supply.stocklevel", "supply.warehouse")
BUYING = ("supply.supplier", "supply.purchase")
SEE_STOCK = (
    "managing_director",
    "sales_director",
    "team_leader",
    "salesperson",
    "telesales",
    "presales",
    "order_operations",
    "finance",
    "procurement",
    "service_engineer",
    "analyst",
)

grant(SEE_STOCK, STOCK, "read", "all")
grant(("order_operations", "procurement"), STOCK, KEEP, "all")
grant(("order_operations", "procurement"), "supply.stocklevel", "count", "all")
grant(("order_operations", "procurement", "finance"), "supply.stockmove", ("read", "export"), "all")
grant("procurement", BUYING, (*KEEP, "assign"), "all")
grant(("finance", "managing_director"), BUYING, ("read", "export"), "all")

wall(N_("purchasing"), BUYING, ("procurement", "finance", "managing_director"))
