"""Running totals of deals: the table, and the triggers and functions that keep, fold, rebuild and check them (ADR 11)."""

import tonglu.toolkit.money
from django.db import migrations, models


KEYS = "what, whole, month, pipeline_id, stage_id, is_open, category, owner_id, department_id"
SUMS = "sum(count) AS count, sum(amount) AS amount, sum(weighted) AS weighted"
SAME = " AND ".join(f"t.{key} = k.{key}" for key in KEYS.split(", "))
SOMETHING = "HAVING sum(count) <> 0 OR sum(amount) <> 0 OR sum(weighted) <> 0"
LOCK = "PERFORM pg_advisory_xact_lock(hashtext('sales_dealtotal'))"


def parts(deals: str) -> str:
    """What deals, each with a sign, add to the totals."""
    return f"""
        SELECT p.what, w.whole, coalesce(p.month, DATE '0001-01-01') AS month,
               CASE p.what WHEN 'due' THEN 0 ELSE d.pipeline_id END AS pipeline_id,
               CASE p.what WHEN 'due' THEN 0 ELSE d.stage_id END AS stage_id, d.is_open, p.category,
               CASE WHEN w.whole THEN 0 ELSE coalesce(d.owner_id, 0) END AS owner_id,
               CASE WHEN w.whole THEN 0 ELSE coalesce(d.department_id, 0) END AS department_id,
               d.sign AS count, d.sign * d.base_amount AS amount, d.sign * d.base_amount * d.probability AS weighted
        FROM ({deals}) d
        CROSS JOIN LATERAL (VALUES
            ('lane', NULL::date, ''),
            ('due', CASE WHEN d.is_open THEN date_trunc('month', d.close_date)::date END, d.forecast_category),
            ('done', CASE WHEN NOT d.is_open THEN date_trunc('month', d.closed_at AT TIME ZONE 'UTC')::date END, '')
        ) p (what, month, category)
        CROSS JOIN (VALUES (false), (true)) w (whole)
        WHERE d.deleted_at IS NULL AND (p.what = 'lane' OR p.month IS NOT NULL)"""


def deals(table: str, sign: int) -> str:
    return (
        f"SELECT {sign} AS sign, pipeline_id, stage_id, is_open, forecast_category, close_date, closed_at, owner_id,"
        f" department_id, base_amount, probability, deleted_at FROM {table}"
    )


def added(source: str, folded: bool) -> str:
    return (
        f"INSERT INTO sales_dealtotal ({KEYS}, count, amount, weighted, folded)"
        f" SELECT {KEYS}, {SUMS}, {folded} FROM ({source}) s GROUP BY {KEYS} {SOMETHING}"
    )


NEW, OLD = deals("new_deals", 1), deals("old_deals", -1)
FORWARD = f"""
CREATE FUNCTION sales_totals_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {added(parts(NEW), False)};
    ELSIF TG_OP = 'DELETE' THEN
        {added(parts(OLD), False)};
    ELSE
        {added(parts(f"{NEW} UNION ALL {OLD}"), False)};
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION sales_totals_fold() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    {LOCK};
    WITH fresh AS (DELETE FROM sales_dealtotal WHERE NOT folded RETURNING {KEYS}, count, amount, weighted),
    old AS (
        DELETE FROM sales_dealtotal t USING (SELECT DISTINCT {KEYS} FROM fresh) k WHERE t.folded AND {SAME}
        RETURNING {", ".join(f"t.{key}" for key in KEYS.split(", "))}, t.count, t.amount, t.weighted
    )
    {added("SELECT * FROM fresh UNION ALL SELECT * FROM old", True)};
END $$;

CREATE FUNCTION sales_totals_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    {LOCK};
    WITH gone AS (DELETE FROM sales_dealtotal)
    {added(parts(deals("sales_opportunity", 1)), True)};
END $$;

CREATE FUNCTION sales_totals_wrong() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM (
        SELECT {KEYS} FROM (
            SELECT {KEYS}, count, amount, weighted FROM sales_dealtotal
            UNION ALL SELECT {KEYS}, count, amount, weighted FROM ({parts(deals("sales_opportunity", -1))}) e
        ) s GROUP BY {KEYS} {SOMETHING}
    ) wrong
$$;

CREATE TRIGGER sales_totals_insert AFTER INSERT ON sales_opportunity
    REFERENCING NEW TABLE AS new_deals FOR EACH STATEMENT EXECUTE FUNCTION sales_totals_kept();
CREATE TRIGGER sales_totals_update AFTER UPDATE ON sales_opportunity
    REFERENCING NEW TABLE AS new_deals OLD TABLE AS old_deals FOR EACH STATEMENT EXECUTE FUNCTION sales_totals_kept();
CREATE TRIGGER sales_totals_delete AFTER DELETE ON sales_opportunity
    REFERENCING OLD TABLE AS old_deals FOR EACH STATEMENT EXECUTE FUNCTION sales_totals_kept();
"""

BACKWARD = """
DROP TRIGGER sales_totals_insert ON sales_opportunity;
DROP TRIGGER sales_totals_update ON sales_opportunity;
DROP TRIGGER sales_totals_delete ON sales_opportunity;
DROP FUNCTION sales_totals_kept();
DROP FUNCTION sales_totals_fold();
DROP FUNCTION sales_totals_rebuild();
DROP FUNCTION sales_totals_wrong();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sales', '0008_latest_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='DealTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('lane', 'by stage'), ('due', 'open, by month of closing and category'), ('done', 'closed, by stage and month')], max_length=4)),
                ('whole', models.BooleanField()),
                ('folded', models.BooleanField(default=False)),
                ('month', models.DateField()),
                ('pipeline_id', models.BigIntegerField()),
                ('stage_id', models.BigIntegerField()),
                ('is_open', models.BooleanField()),
                ('category', models.CharField(max_length=10)),
                ('owner_id', models.BigIntegerField()),
                ('department_id', models.BigIntegerField()),
                ('count', models.BigIntegerField()),
                ('amount', tonglu.toolkit.money.MoneyField(decimal_places=2, max_digits=24)),
                ('weighted', models.DecimalField(decimal_places=6, max_digits=30)),
            ],
            options={
                'indexes': [models.Index(fields=['what', 'whole', 'month', 'stage_id'], name='sales_dealtotal_whole'), models.Index(fields=['owner_id', 'what', 'month'], name='sales_dealtotal_owner'), models.Index(fields=['department_id', 'what', 'month'], name='sales_dealtotal_dept'), models.Index(condition=models.Q(('folded', False)), fields=['id'], name='sales_dealtotal_fresh')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
