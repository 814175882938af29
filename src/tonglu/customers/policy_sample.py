"""What the sample roles may do with customers.

Salespeople see their own accounts, leaders those of their people, directors all. Tax and bank data are for order operations and
finance; the credit limit is finance's to set.
"""

from __future__ import annotations

from tonglu.policy.presets import field, grant

ACCOUNT = "customers.account"
CUSTOMERS = (ACCOUNT, "customers.contact")
LISTS = ("customers.industry", "customers.source")

WORK = ("read", "create", "update")
SELLERS = ("salesperson", "telesales", "presales")
BANK = ("bank_name", "bank_account")
TAX = ("tax_id", "invoice_title")
CREDIT = ("credit_limit", "payment_days")

grant("salesperson", CUSTOMERS, (*WORK, "delete", "export"), "own")
grant("salesperson", ACCOUNT, "close", "own")
grant("telesales", CUSTOMERS, ("read", "create", "update"), "own")
grant("presales", CUSTOMERS, "read", "department")
grant("team_leader", CUSTOMERS, (*WORK, "delete", "export", "assign"), "department")
grant("team_leader", ACCOUNT, ("merge", "close"), "department")
grant("sales_director", CUSTOMERS, (*WORK, "delete", "export", "assign"), "all")
grant("sales_director", ACCOUNT, ("merge", "close"), "all")
grant("salesperson", "customers.contact", "merge", "own")
grant("team_leader", "customers.contact", "merge", "department")
grant(("sales_director", "data_steward", "administrator"), "customers.contact", "merge", "all")
grant("managing_director", CUSTOMERS, ("read", "export"), "all")
grant("marketing", CUSTOMERS, ("read", "export"), "all")
grant("order_operations", CUSTOMERS, WORK, "all")
grant("order_operations", ACCOUNT, "verify", "all")
grant("finance", CUSTOMERS, ("read", "export"), "all")
grant("finance", ACCOUNT, ("update", "verify", "close"), "all")
grant("service_engineer", CUSTOMERS, ("read",), "all")
grant("service_engineer", "customers.contact", ("create", "update"), "all")
grant("data_steward", CUSTOMERS, (*WORK, "delete", "export", "assign"), "all")
grant("data_steward", ACCOUNT, ("merge", "verify", "close"), "all")
grant("analyst", CUSTOMERS, ("read", "export"), "all")
grant("compensation_administrator", ACCOUNT, "read", "all")
grant("administrator", CUSTOMERS, (*WORK, "delete", "export", "assign"), "all")
grant("administrator", ACCOUNT, ("merge", "verify", "close"), "all")

EVERYBODY = (
    *SELLERS,
    "team_leader",
    "sales_director",
    "managing_director",
    "marketing",
    "order_operations",
    "finance",
    "compensation_administrator",
    "service_engineer",
    "analyst",
    "data_steward",
    "administrator",
)
grant(EVERYBODY, LISTS, "read", "all")
grant(("data_steward", "administrator", "marketing"), LISTS, (*WORK, "delete", "export"), "all")

field(
    (*SELLERS, "team_leader", "marketing", "service_engineer", "analyst"), ACCOUNT, BANK, "hidden"
)
field((*SELLERS, "marketing", "service_engineer"), ACCOUNT, "tax_id", "read")
field(("marketing", "service_engineer"), ACCOUNT, CREDIT, "hidden")
field("compensation_administrator", ACCOUNT, (*BANK, *TAX, *CREDIT), "hidden")
field((*SELLERS, "team_leader", "sales_director", "order_operations"), ACCOUNT, CREDIT, "read")
field(("finance", "administrator"), ACCOUNT, (*BANK, *TAX, *CREDIT), "write")
