"""Deals that are not with whoever has their account: the table, its triggers, and how it is settled, rebuilt and checked (ADR 13)."""

from django.conf import settings
from django.db import migrations, models


LOCK = "PERFORM pg_advisory_xact_lock(hashtext('sales_straydeal'))"
STRAY = "(d.owner_id, d.department_id) IS DISTINCT FROM (a.owner_id, a.department_id)"
OF = "d.account_id, d.id, a.owner_id, a.department_id"
STRAYS = f"SELECT {OF} FROM sales_opportunity d JOIN customers_account a ON a.id = d.account_id WHERE {STRAY}"
INTO = "INSERT INTO sales_straydeal (parent_id, row_id, owner_id, department_id)"
ENDED = "ripe <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
FOLLOWING = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"

FORWARD = f"""
CREATE FUNCTION sales_strays_deals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {INTO} SELECT {OF} FROM new_deals d JOIN customers_account a ON a.id = d.account_id WHERE {STRAY};
    ELSE
        {INTO} SELECT {OF} FROM new_deals d JOIN old_deals o ON o.id = d.id JOIN customers_account a ON a.id = d.account_id
        WHERE (d.owner_id, d.department_id, d.account_id) IS DISTINCT FROM (o.owner_id, o.department_id, o.account_id) AND {STRAY};
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION sales_strays_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sales_straydeal (parent_id)
    SELECT a.id FROM new_accounts a JOIN old_accounts o ON o.id = a.id
    WHERE (a.owner_id, a.department_id) IS DISTINCT FROM (o.owner_id, o.department_id);
    RETURN NULL;
END $$;

CREATE FUNCTION sales_strays_settle() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    {LOCK};
    WITH settled AS (DELETE FROM sales_straydeal WHERE row_id IS NULL AND {ENDED} RETURNING parent_id)
    {INTO} {STRAYS} AND d.account_id IN (SELECT parent_id FROM settled);
    UPDATE sales_straydeal SET ripe = {FOLLOWING} WHERE row_id IS NULL AND (ripe IS NULL OR ripe > {FOLLOWING});
END $$;

CREATE FUNCTION sales_strays_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    {LOCK};
    WITH gone AS (DELETE FROM sales_straydeal WHERE row_id IS NOT NULL OR {ENDED})
    {INTO} {STRAYS};
END $$;

CREATE FUNCTION sales_strays_missing() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM ({STRAYS}) d (account_id, id, owner_id, department_id)
    WHERE NOT EXISTS (
        SELECT 1 FROM sales_straydeal s WHERE s.row_id = d.id
        AND (s.owner_id, s.department_id) IS NOT DISTINCT FROM (d.owner_id, d.department_id)
    ) AND NOT EXISTS (SELECT 1 FROM sales_straydeal s WHERE s.parent_id = d.account_id AND s.row_id IS NULL)
$$;

CREATE TRIGGER sales_strays_insert AFTER INSERT ON sales_opportunity
    REFERENCING NEW TABLE AS new_deals FOR EACH STATEMENT EXECUTE FUNCTION sales_strays_deals();
CREATE TRIGGER sales_strays_update AFTER UPDATE ON sales_opportunity
    REFERENCING NEW TABLE AS new_deals OLD TABLE AS old_deals FOR EACH STATEMENT EXECUTE FUNCTION sales_strays_deals();
CREATE TRIGGER sales_strays_account AFTER UPDATE ON customers_account
    REFERENCING NEW TABLE AS new_accounts OLD TABLE AS old_accounts FOR EACH STATEMENT EXECUTE FUNCTION sales_strays_accounts();
"""

BACKWARD = """
DROP TRIGGER sales_strays_insert ON sales_opportunity;
DROP TRIGGER sales_strays_update ON sales_opportunity;
DROP TRIGGER sales_strays_account ON customers_account;
DROP FUNCTION sales_strays_deals();
DROP FUNCTION sales_strays_accounts();
DROP FUNCTION sales_strays_settle();
DROP FUNCTION sales_strays_rebuild();
DROP FUNCTION sales_strays_missing();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0008_ids_in_the_index'),
        ('directory', '0008_department_calendar'),
        ('marketing', '0007_became'),
        ('sales', '0011_sourced'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StrayDeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parent_id', models.BigIntegerField()),
                ('row_id', models.BigIntegerField(null=True)),
                ('owner_id', models.BigIntegerField(null=True)),
                ('department_id', models.BigIntegerField(null=True)),
                ('ripe', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name='opportunity',
            index=models.Index(fields=['stage', 'amount', 'id'], name='sales_opportunity_worth_at'),
        ),
        migrations.AddIndex(
            model_name='opportunity',
            index=models.Index(fields=['amount', 'id'], name='sales_opportunity_worth'),
        ),
        migrations.AddIndex(
            model_name='straydeal',
            index=models.Index(fields=['owner_id'], name='sales_straydeal_owner'),
        ),
        migrations.AddIndex(
            model_name='straydeal',
            index=models.Index(fields=['department_id'], name='sales_straydeal_dept'),
        ),
        migrations.AddIndex(
            model_name='straydeal',
            index=models.Index(fields=['row_id'], name='sales_straydeal_row'),
        ),
        migrations.AddIndex(
            model_name='straydeal',
            index=models.Index(condition=models.Q(('row_id__isnull', True)), fields=['parent_id'], name='sales_straydeal_handed'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
