"""What the sample roles may do in pay: everybody sees their own, leaders their people's, the administrator keeps it."""

from __future__ import annotations

from tonglu.policy.presets import grant

PLANS = ("compensation.payplan", "compensation.planversion")
MEMBERS, PERIOD = "compensation.planmember", "compensation.payperiod"
OWN = ("compensation.earning", "compensation.ledgerentry", "compensation.statement")
DISPUTE, CORRECTION = "compensation.dispute", "compensation.correction"
PAYEES = (
    "salesperson",
    "team_leader",
    "sales_director",
    "telesales",
    "presales",
    "service_engineer",
)

grant(
    "compensation_administrator",
    PLANS,
    ("read", "create", "update", "delete", "export", "issue"),
    "all",
)
grant(
    "compensation_administrator", MEMBERS, ("read", "create", "update", "delete", "export"), "all"
)
grant(
    "compensation_administrator",
    PERIOD,
    ("read", "create", "calculate", "approve", "pay", "reopen", "export"),
    "all",
)
grant("compensation_administrator", (*OWN, DISPUTE), ("read", "export"), "all")
grant("compensation_administrator", DISPUTE, "decide", "all")
grant("compensation_administrator", "compensation.earning", "reprice", "all")
grant(
    "compensation_administrator",
    CORRECTION,
    ("read", "create", "update", "approve", "export"),
    "all",
)
grant(PAYEES, OWN, "read", "own")
grant(PAYEES, "compensation.statement", "answer", "own")
grant(PAYEES, (DISPUTE, CORRECTION), "read", "own")
grant(PAYEES, CORRECTION, "answer", "own")
grant(PAYEES, PLANS, "read", "all")
grant(PAYEES, MEMBERS, "read", "own")
grant("team_leader", (*OWN, DISPUTE, CORRECTION, MEMBERS), "read", "department")
grant("sales_director", (*OWN, DISPUTE, CORRECTION, MEMBERS), "read", "department")
grant(
    ("managing_director", "finance"),
    (*PLANS, MEMBERS, PERIOD, *OWN, DISPUTE, CORRECTION),
    ("read", "export"),
    "all",
)
grant(("managing_director", "finance"), (PERIOD, CORRECTION), "approve", "all")
