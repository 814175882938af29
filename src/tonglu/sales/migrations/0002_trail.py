"""The trail of a deal is append-only: the database refuses to change or delete a stage move."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION sales_trail_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail of a deal is never changed.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER sales_stagemove_stays BEFORE UPDATE OR DELETE ON sales_stagemove
    FOR EACH ROW EXECUTE FUNCTION sales_trail_stays();
"""

BACKWARD = """
DROP TRIGGER sales_stagemove_stays ON sales_stagemove;
DROP FUNCTION sales_trail_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
