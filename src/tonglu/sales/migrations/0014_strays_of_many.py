"""Strays among many deals changed at once are found in time that grows with the deals, whatever was changed before on the connection.

PostgreSQL keeps the plan of a trigger's statement as it suits its first call, which is mostly one deal: a nested loop over the old and
the new rows. Without it, each deal's account is looked up by its key.
"""

from django.db import migrations

INTO = "INSERT INTO sales_straydeal (parent_id, row_id, owner_id, department_id) SELECT d.account_id, d.id, a.owner_id, a.department_id"
MOVED = "(d.owner_id, d.department_id, d.account_id) IS DISTINCT FROM (o.owner_id, o.department_id, o.account_id)"
STRAY = "(d.owner_id, d.department_id) IS DISTINCT FROM (a.owner_id, a.department_id)"
BY_KEY = "(SELECT owner_id, department_id FROM customers_account WHERE id = d.account_id OFFSET 0)"
BY_PLAN = "(SELECT id, owner_id, department_id FROM customers_account)"


def function(account: str, settings: str = "") -> str:
    return f"""
CREATE OR REPLACE FUNCTION sales_strays_deals() RETURNS trigger LANGUAGE plpgsql {settings} AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {INTO} FROM new_deals d {account} WHERE {STRAY};
    ELSE
        {INTO} FROM new_deals d JOIN old_deals o ON o.id = d.id {account} WHERE {MOVED} AND {STRAY};
    END IF;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0013_stray_deals_found")]

    operations = [
        migrations.RunSQL(
            function(f"CROSS JOIN LATERAL {BY_KEY} a", "SET enable_nestloop = off"),
            function(f"JOIN {BY_PLAN} a ON a.id = d.account_id"),
        ),
        migrations.RunSQL(
            "ALTER FUNCTION sales_strays_accounts() SET enable_nestloop = off",
            "ALTER FUNCTION sales_strays_accounts() RESET enable_nestloop",
        ),
    ]
