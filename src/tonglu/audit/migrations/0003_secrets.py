"""A password's hash never enters the trail: the entry shows that it changed, by a fingerprint that cannot be turned back."""

from django.db import migrations

SHOWN = """
CREATE FUNCTION audit_shown(whole jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN whole ? 'password'
        THEN whole || jsonb_build_object('password', '#' || left(md5(whole->>'password'), 8))
        ELSE whole END;
$$;
"""

# The function stays as 0002 wrote it, but sees its rows through audit_shown.
USE = """
DO $$
DECLARE
    body text := pg_get_functiondef('audit_record()'::regprocedure);
BEGIN
    body := replace(body, 'to_jsonb(n)', 'audit_shown(to_jsonb(n))');
    EXECUTE replace(body, 'to_jsonb(o)', 'audit_shown(to_jsonb(o))');
END $$;
"""

UNUSE = """
DO $$
DECLARE
    body text := pg_get_functiondef('audit_record()'::regprocedure);
BEGIN
    body := replace(body, 'audit_shown(to_jsonb(n))', 'to_jsonb(n)');
    EXECUTE replace(body, 'audit_shown(to_jsonb(o))', 'to_jsonb(o)');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_chain")]

    operations = [
        migrations.RunSQL(SHOWN, "DROP FUNCTION audit_shown(jsonb)"),
        migrations.RunSQL(USE, UNUSE),
    ]
