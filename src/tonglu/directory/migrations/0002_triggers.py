"""What the database itself keeps: department paths, epochs, and the end of sessions when rights change."""

from django.db import migrations

EPOCHS = """
CREATE SEQUENCE directory_epoch_seq;

CREATE FUNCTION directory_epoch_bump(cache_name text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO directory_epoch (name, number) VALUES (cache_name, nextval('directory_epoch_seq'))
    ON CONFLICT (name) DO UPDATE SET number = nextval('directory_epoch_seq');
$$;

CREATE FUNCTION directory_epoch_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_epoch_bump(TG_ARGV[0]);
    RETURN NULL;
END $$;

CREATE TRIGGER department_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_department
    FOR EACH STATEMENT EXECUTE FUNCTION directory_epoch_trigger('departments');
CREATE TRIGGER role_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_role
    FOR EACH STATEMENT EXECUTE FUNCTION directory_epoch_trigger('roles');
CREATE TRIGGER calendar_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_calendar
    FOR EACH STATEMENT EXECUTE FUNCTION directory_epoch_trigger('calendars');
CREATE TRIGGER calendar_hours_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_calendarhours
    FOR EACH STATEMENT EXECUTE FUNCTION directory_epoch_trigger('calendars');
CREATE TRIGGER holiday_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_holiday
    FOR EACH STATEMENT EXECUTE FUNCTION directory_epoch_trigger('calendars');
"""

EPOCHS_REVERSE = """
DROP TRIGGER department_epoch ON directory_department;
DROP TRIGGER role_epoch ON directory_role;
DROP TRIGGER calendar_epoch ON directory_calendar;
DROP TRIGGER calendar_hours_epoch ON directory_calendarhours;
DROP TRIGGER holiday_epoch ON directory_holiday;
DROP FUNCTION directory_epoch_trigger();
DROP FUNCTION directory_epoch_bump(text);
DROP SEQUENCE directory_epoch_seq;
"""

# The advisory lock makes two moves wait for each other: only so can neither close a circle the other cannot see.
PATHS = """
CREATE FUNCTION directory_department_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above text := '/';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('directory_department'));
    IF NEW.parent_id IS NOT NULL THEN
        SELECT path INTO above FROM directory_department WHERE id = NEW.parent_id;
        IF above LIKE '%/' || NEW.id || '/%' OR NEW.parent_id = NEW.id THEN
            RAISE EXCEPTION 'department % cannot be part of itself', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'directory_department_no_circle';
        END IF;
    END IF;
    NEW.path := coalesce(above, '/') || NEW.id || '/';
    RETURN NEW;
END $$;

CREATE FUNCTION directory_department_below() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.path <> OLD.path THEN
        UPDATE directory_department SET path = '' WHERE parent_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER department_path BEFORE INSERT OR UPDATE ON directory_department
    FOR EACH ROW EXECUTE FUNCTION directory_department_path();
CREATE TRIGGER department_path_below AFTER UPDATE ON directory_department
    FOR EACH ROW EXECUTE FUNCTION directory_department_below();
"""

PATHS_REVERSE = """
DROP TRIGGER department_path_below ON directory_department;
DROP TRIGGER department_path ON directory_department;
DROP FUNCTION directory_department_below();
DROP FUNCTION directory_department_path();
"""

# greatest(): a person saved from a copy read earlier must not wind the epoch back and revive a dead session.
RIGHTS = """
CREATE FUNCTION directory_person_rights() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.epoch := greatest(NEW.epoch, OLD.epoch);
    IF (NEW.is_active, NEW.deleted_at IS NULL, NEW.email) IS DISTINCT FROM (OLD.is_active, OLD.deleted_at IS NULL, OLD.email) THEN
        NEW.epoch := NEW.epoch + 1;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION directory_assignment_rights() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE directory_person SET epoch = epoch + 1 WHERE id = OLD.person_id;
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.person_id <> OLD.person_id) THEN
        UPDATE directory_person SET epoch = epoch + 1 WHERE id = NEW.person_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER person_rights BEFORE UPDATE ON directory_person
    FOR EACH ROW EXECUTE FUNCTION directory_person_rights();
CREATE TRIGGER assignment_rights AFTER INSERT OR UPDATE OR DELETE ON directory_roleassignment
    FOR EACH ROW EXECUTE FUNCTION directory_assignment_rights();
"""

RIGHTS_REVERSE = """
DROP TRIGGER assignment_rights ON directory_roleassignment;
DROP TRIGGER person_rights ON directory_person;
DROP FUNCTION directory_assignment_rights();
DROP FUNCTION directory_person_rights();
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [
        migrations.RunSQL(EPOCHS, EPOCHS_REVERSE),
        migrations.RunSQL(PATHS, PATHS_REVERSE),
        migrations.RunSQL(RIGHTS, RIGHTS_REVERSE),
    ]
