"""The budget of everyday operations: how many statements each asks, and that none of them reads a large table from end to end.

The plans are those PostgreSQL makes when it is told to avoid what suits small tables, sequential scans and joins of whole tables: what still reads a whole table, by itself or through an
index without a condition, could not be answered from any index, however many rows there were.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tonglu.customers.models import Account
from tonglu.entities.selectors import rows
from tonglu.sales.models import Opportunity

LARGE = frozenset({"customers_account", "sales_opportunity"})
AVOIDED = ("seqscan", "hashjoin", "mergejoin")
WALKED = frozenset({"Sort", "Aggregate", "Hash", "WindowAgg", "Materialize"})
"""Below one of these a limit above does not end the reading."""

BUDGETS = {
    "/opportunities/": 11,
    "/opportunities/?f.stage={stage}&sort=-updated_at": 12,
    "/opportunities/board/?f.pipeline={pipeline}": 13,
    "/opportunities/{deal}/": 12,
    "/opportunities/{deal}/timeline/": 11,
    "/search/?q=Ten": 8,
    "/search/?q=2001": 8,
    "/insights/sales/": 26,
    "/api/v1/opportunities?limit=50": 8,
    "/api/v1/opportunities?q=pumps": 8,
    "/api/v1/opportunities/{deal}": 12,
}
"""Up to four more than once the caches are warm: within the transaction of a test, seats are read afresh."""

DEALS = 3000


@pytest.fixture
def company(selling: Any, deal: Any) -> Any:
    """A deal of Ana's among three thousand of other people's, on three hundred accounts."""
    account = deal.account_id
    _copies(Account, account, DEALS // 10, owner_id=f"(ARRAY[{selling.cy.pk}, {selling.max.pk}])[1 + n % 2]",
            department_id=f"{selling.west.pk}", name="name || n")  # fmt: skip
    _copies(Opportunity, deal.pk, DEALS, owner_id=f"(ARRAY[{selling.cy.pk}, {selling.max.pk}])[1 + n % 2]",
            department_id=f"{selling.west.pk}", number="number || n", account_id=f"{account} + 1 + n % {DEALS // 10}",
            stage_id=f"(SELECT (array_agg(id ORDER BY id))[1 + n % 4] FROM sales_stage WHERE pipeline_id = {deal.pipeline_id})",
            updated_at="updated_at - n * interval '1 hour'", close_date="DATE '2026-01-01' + n % 700")  # fmt: skip
    return selling


def _copies(model: Any, pk: int, count: int, **changed: str) -> None:
    columns = [f.column for f in model._meta.concrete_fields if f.column != "id" and not getattr(f, "generated", False)]  # fmt: skip
    values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, {names}) SELECT {pk} + n, {values} FROM {table}, generate_series(1, {count}) n WHERE id = {pk}"
        )
        cursor.execute(f"ANALYZE {table}")


@pytest.mark.parametrize("person", ["ana", "lee", "dee"])
def test_everyday_operations_keep_their_budget(
    company: Any, browse: Any, deal: Any, person: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tonglu.entities.listing.AT_ONCE", DEALS // 30)  # sums end there
    client = browse(getattr(company, person))
    for address, most in BUDGETS.items():
        place = address.format(deal=deal.pk, stage=deal.stage_id, pipeline=deal.pipeline_id)
        client.get(place)

        with CaptureQueriesContext(connection) as caught:
            answer = client.get(place)

        asked = [query["sql"] for query in caught]
        assert answer.status_code == 200, place
        assert len(asked) <= most, (place, [sql[:120] for sql in asked])
        for sql in asked:
            assert list(_whole_tables(sql)) == [], (place, sql)


def test_what_is_mine_or_of_my_accounts_is_answered_from_two_indexes(
    company: Any, actor: Any
) -> None:
    plan = _plan(str(rows(actor(company.ana), Opportunity).order_by().values("pk").query))

    assert "BitmapOr" in plan, plan
    assert plan.count("Index Cond") >= 3, plan
    assert "SubPlan" not in plan, plan


def test_the_budget_notices_a_table_that_is_read_from_end_to_end(company: Any) -> None:
    assert list(_whole_tables("SELECT sum(base_amount) FROM sales_opportunity")) != []
    assert list(_whole_tables("SELECT * FROM sales_opportunity ORDER BY next_step LIMIT 5")) != []
    assert list(_whole_tables("SELECT * FROM sales_opportunity ORDER BY id DESC LIMIT 5")) == []
    assert list(_whole_tables("SELECT * FROM sales_opportunity WHERE id = 1")) == []


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


def _whole_tables(sql: str) -> Iterator[str]:
    """The large tables a statement reads as a whole."""
    if not sql.lstrip("(").startswith("SELECT"):
        return
    with connection.cursor() as cursor:
        for habit in AVOIDED:
            cursor.execute(f"SET LOCAL enable_{habit} = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql.replace('%', '%%')}", ())
        found = cursor.fetchone()[0]
        for habit in AVOIDED:
            cursor.execute(f"SET LOCAL enable_{habit} = on")
    plan = json.loads(found) if isinstance(found, str) else found
    yield from _wholes(plan[0]["Plan"], ends_early=False)


def _wholes(node: dict[str, Any], *, ends_early: bool) -> Iterator[str]:
    table, kind = node.get("Relation Name"), node["Node Type"]
    bounded = "Index Cond" in node or "Recheck Cond" in node or ends_early
    if table in LARGE and (kind == "Seq Scan" or not bounded):
        yield f"{kind} on {table}"
    early = (ends_early or kind == "Limit") and kind not in WALKED
    for child in node.get("Plans", ()):
        yield from _wholes(child, ends_early=early)
