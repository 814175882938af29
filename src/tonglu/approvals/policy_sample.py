"""What the sample roles may do with approvals: everybody with their own, and with what they are asked."""

from __future__ import annotations

from tonglu.policy.presets import grant

KIND = "approvals.approvalrequest"
EVERYONE = (
    "administrator", "managing_director", "sales_director", "team_leader", "salesperson", "telesales", "marketing",
    "presales", "order_operations", "finance", "compensation_administrator", "procurement", "service_engineer",
    "data_steward", "analyst", "hr",
)  # fmt: skip

grant(EVERYONE, KIND, ("read", "approve", "withdraw"), "own")
grant("team_leader", KIND, "read", "department")
grant("sales_director", KIND, ("read", "export"), "department")
grant(("managing_director", "finance"), KIND, ("read", "export"), "all")
grant(("administrator", "analyst"), KIND, "read", "all")
