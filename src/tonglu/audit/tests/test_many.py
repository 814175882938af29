"""Many rows changed by one statement take time that grows with the rows, also after one row was changed on the same connection."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from tonglu.customers.models import Account

pytestmark = pytest.mark.django_db

ROWS = 4_000
COMPARED = """SELECT proname FROM pg_proc WHERE prorettype = 'trigger'::regtype
    AND prosrc ~ 'JOIN (audit_)?old' AND NOT coalesce('enable_nestloop=off' = ANY (proconfig), false)"""


def seconds(rows: int, city: str) -> float:
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_account SET city = %s"
            " WHERE id IN (SELECT id FROM customers_account ORDER BY id LIMIT %s)",
            [city, rows],
        )
    return time.perf_counter() - begun


def test_what_was_changed_before_makes_the_trail_of_many_no_slower() -> None:
    """A nested loop over the old and the new rows, kept from the first call, took some thirty times as long."""
    Account.objects.bulk_create(Account(name=f"Acme {n}") for n in range(ROWS))
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
    at_first = min(seconds(ROWS, "Wuxi"), seconds(ROWS, "Suzhou"))
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
    seconds(1, "Nanjing")

    afterwards = min(seconds(ROWS, "Wuxi"), seconds(ROWS, "Suzhou"))

    assert afterwards < 4 * at_first


def test_the_trail_of_many_costs_a_part_of_their_change() -> None:
    """Rows made into JSON anew for each column that is compared took twenty-five times as long as the change itself."""
    Account.objects.bulk_create(Account(name=f"Acme {n}") for n in range(ROWS))
    kept = min(seconds(ROWS, "Wuxi"), seconds(ROWS, "Suzhou"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE customers_account DISABLE TRIGGER audit_update")

    bare = min(seconds(ROWS, "Nanjing"), seconds(ROWS, "Wuhan"))

    assert kept < 8 * bare


def test_every_trigger_that_compares_old_and_new_rows_keeps_no_nested_loop() -> None:
    with connection.cursor() as cursor:
        cursor.execute(COMPARED)

        assert cursor.fetchall() == []
