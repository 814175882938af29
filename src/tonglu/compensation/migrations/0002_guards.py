"""What the database itself refuses: changing issued plans, facts and ledger, and movements that do not balance."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION pay_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('tonglu.wipe', true) = 'on' THEN RETURN COALESCE(NEW, OLD); END IF;
    RAISE EXCEPTION '% is append-only: correct it with a new row', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION pay_version_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'issued' OR current_setting('tonglu.wipe', true) = 'on' THEN RETURN COALESCE(NEW, OLD); END IF;
    RAISE EXCEPTION 'an issued plan version never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION pay_earning_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('tonglu.wipe', true) = 'on' THEN RETURN COALESCE(NEW, OLD); END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - ARRAY['released_amount', 'version', 'updated_at']
                          = to_jsonb(NEW) - ARRAY['released_amount', 'version', 'updated_at'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an earning never changes: correct it with a new row' USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION pay_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount) FROM compensation_ledgerposting WHERE entry_id = NEW.entry_id) <> 0 THEN
        RAISE EXCEPTION 'the postings of movement % do not add up to zero', NEW.entry_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER pay_version_keep BEFORE UPDATE OR DELETE ON compensation_planversion
    FOR EACH ROW EXECUTE FUNCTION pay_version_keep();
CREATE TRIGGER pay_earning_keep BEFORE UPDATE OR DELETE ON compensation_earning
    FOR EACH ROW EXECUTE FUNCTION pay_earning_keep();
CREATE CONSTRAINT TRIGGER pay_balanced AFTER INSERT ON compensation_ledgerposting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pay_balanced();
"""
TABLES = ("payfact", "paycredit", "payevent", "ledgerentry", "ledgerposting")
APPEND_ONLY = "".join(
    f"CREATE TRIGGER pay_append_only BEFORE UPDATE OR DELETE ON compensation_{table} "
    "FOR EACH ROW EXECUTE FUNCTION pay_refuse();"
    for table in TABLES
)
UNDO = (
    "".join(f"DROP TRIGGER pay_append_only ON compensation_{table};" for table in TABLES)
    + "DROP TRIGGER pay_version_keep ON compensation_planversion;"
    "DROP TRIGGER pay_earning_keep ON compensation_earning;"
    "DROP TRIGGER pay_balanced ON compensation_ledgerposting;"
    "DROP FUNCTION pay_refuse(); DROP FUNCTION pay_version_keep();"
    "DROP FUNCTION pay_earning_keep(); DROP FUNCTION pay_balanced();"
)


class Migration(migrations.Migration):
    dependencies = [("compensation", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS + APPEND_ONLY, UNDO)]
