"""What is measured: each operation as a page, through the API, and as the bare SQL that gives the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

COLUMNS = (
    "id, number, name, account_id, stage_id, amount, currency, close_date, owner_id, updated_at"
)
DEALS = f"SELECT {COLUMNS} FROM sales_opportunity o WHERE deleted_at IS NULL"
PAGE = "LIMIT 51"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing people do. `sql` has a place `{mine}` for the rows that concern the person."""

    name: str
    page: str = ""
    api: str = ""
    sql: str = ""
    method: str = "get"
    body: dict[str, Any] | None = None
    """What is sent; `{n}` in a text is the number of the call, and of a list the values take turns."""


def operations(known: dict[str, Any]) -> list[Operation]:
    """All of them; `known` holds the numbers of a stage, a pipeline, a deal and the last key of a deep page."""
    stage, deal = known["stage"], known["deal"]
    filtered = urlencode({"f.stage": stage, "sort": "-amount"})
    return [
        Operation(name="list, first page", page="/opportunities/", api="/api/v1/opportunities?limit=50",
                  sql=f"{DEALS} {{mine}} ORDER BY updated_at DESC, id DESC {PAGE}"),
        Operation(name="list, filtered and sorted", page=f"/opportunities/?{filtered}",
                  api=f"/api/v1/opportunities?limit=50&{filtered}",
                  sql=f"{DEALS} AND stage_id = {stage} {{mine}} ORDER BY amount DESC, id DESC {PAGE}"),
        Operation(name="list, deep page", page=known["deep_page"], api=known["deep_api"],
                  sql=f"{DEALS} {{mine}} AND updated_at < '{known['deep']}' ORDER BY updated_at DESC, id DESC {PAGE}"),
        Operation(name="board with sums", page="/opportunities/board/",
                  sql="SELECT stage_id, count(*), sum(base_amount) FROM sales_opportunity o WHERE deleted_at IS NULL"
                  f" AND pipeline_id = {known['pipeline']} {{mine}} GROUP BY stage_id"),
        Operation(name="search, Latin part", page="/search/?q=Cooling+77", api="/api/v1/opportunities?limit=8&q=Cooling+77",
                  sql=f"{DEALS} AND name ILIKE '%%Cooling%%' AND name ILIKE '%%77%%' {{mine}} LIMIT 8"),
        Operation(name="search, two characters", page="/search/?q=%E5%BC%A0%E5%86%9B", api="/api/v1/contacts?limit=8&q=%E5%BC%A0%E5%86%9B",
                  sql="SELECT id, name FROM customers_contact o WHERE deleted_at IS NULL AND name LIKE '%%张军%%' {mine} LIMIT 8"),
        Operation(name="search, phone tail", page=f"/search/?q={known['tail']}", api=f"/api/v1/contacts?limit=8&q={known['tail']}",
                  sql=f"SELECT id, name FROM customers_contact o WHERE deleted_at IS NULL AND mobile LIKE '%%{known['tail']}' {{mine}} LIMIT 8"),
        Operation(name="record with timeline", page=f"/opportunities/{deal}/", api=f"/api/v1/opportunities/{deal}",
                  sql=f"SELECT * FROM sales_opportunity o WHERE id = {deal}"),
        Operation(name="create", api="/api/v1/opportunities", method="post",
                  body={"name": "Bench deal", "account": known["account"], "amount": "1000", "close_date": "2027-01-31"}),
        Operation(name="change", api=f"/api/v1/opportunities/{deal}", method="patch", body={"next_step": "Call {n}"}),
        Operation(name="move to the next stage and back", api=f"/api/v1/opportunities/{deal}/move", method="post",
                  body={"to": known["stages"], "reason": "Bench {n}"}),
        Operation(name="report, stage and month", page="/insights/sales/",
                  sql="SELECT stage_id, owner_id, date_trunc('month', close_date), count(*), sum(base_amount) FROM sales_opportunity o"
                  " WHERE deleted_at IS NULL {mine} GROUP BY 1, 2, 3"),
        Operation(name="Today", page="/",
                  sql="SELECT count(*), sum(base_amount) FROM sales_opportunity o WHERE deleted_at IS NULL AND is_open {mine}"),
        Operation(name="what pays this deal", page=f"/opportunities/{deal}/panels/pay/"),
    ]  # fmt: skip
