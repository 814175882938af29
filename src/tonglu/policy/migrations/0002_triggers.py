"""The database keeps issued versions as they are, and tells the caches when a version changes."""

from django.db import migrations

ISSUED = """
CREATE FUNCTION policy_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'issued' THEN
        RAISE EXCEPTION 'policy version % is issued and never changes', OLD.number
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'policy_issued_never_changes';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION policy_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND EXISTS (SELECT FROM policy_policyversion WHERE id = OLD.version_id AND state = 'issued'))
       OR (TG_OP <> 'DELETE' AND EXISTS (SELECT FROM policy_policyversion WHERE id = NEW.version_id AND state = 'issued')) THEN
        RAISE EXCEPTION 'a rule of an issued policy version never changes'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'policy_issued_never_changes';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER issued_guard BEFORE UPDATE OR DELETE ON policy_policyversion
    FOR EACH ROW EXECUTE FUNCTION policy_version_guard();
CREATE TRIGGER issued_guard BEFORE INSERT OR UPDATE OR DELETE ON policy_rule
    FOR EACH ROW EXECUTE FUNCTION policy_part_guard();
CREATE TRIGGER issued_guard BEFORE INSERT OR UPDATE OR DELETE ON policy_fieldrule
    FOR EACH ROW EXECUTE FUNCTION policy_part_guard();
CREATE TRIGGER issued_guard BEFORE INSERT OR UPDATE OR DELETE ON policy_wall
    FOR EACH ROW EXECUTE FUNCTION policy_part_guard();
CREATE TRIGGER policy_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON policy_policyversion
    FOR EACH STATEMENT EXECUTE FUNCTION directory_epoch_trigger('policy');
"""

ISSUED_REVERSE = """
DROP TRIGGER policy_epoch ON policy_policyversion;
DROP TRIGGER issued_guard ON policy_wall;
DROP TRIGGER issued_guard ON policy_fieldrule;
DROP TRIGGER issued_guard ON policy_rule;
DROP TRIGGER issued_guard ON policy_policyversion;
DROP FUNCTION policy_part_guard();
DROP FUNCTION policy_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial"), ("directory", "0002_triggers")]

    operations = [migrations.RunSQL(ISSUED, ISSUED_REVERSE)]
