"""The trail of a deal goes with the deal when the import that brought it is undone; otherwise it stays."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE OR REPLACE FUNCTION sales_trail_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('tonglu.undoing', true) = 'on' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'The trail of a deal is never changed.' USING ERRCODE = 'restrict_violation';
END $$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION sales_trail_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail of a deal is never changed.' USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0005_lanes")]

    operations = [
        migrations.AlterField(
            model_name="stagemove",
            name="opportunity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="moves",
                to="sales.opportunity",
                verbose_name="Opportunity",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
