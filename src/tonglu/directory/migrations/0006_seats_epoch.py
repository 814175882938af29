"""Who sits where is kept in memory until one of the tables it is read from changes."""

from django.db import migrations

SEATS = """
CREATE TRIGGER assignment_seats_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_roleassignment
    FOR EACH STATEMENT EXECUTE FUNCTION directory_epoch_trigger('seats');
CREATE TRIGGER deputy_seats_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_deputy
    FOR EACH STATEMENT EXECUTE FUNCTION directory_epoch_trigger('seats');
CREATE TRIGGER role_seats_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_role
    FOR EACH STATEMENT EXECUTE FUNCTION directory_epoch_trigger('seats');
CREATE FUNCTION directory_person_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_epoch_bump('seats');
    RETURN NULL;
END $$;
CREATE TRIGGER person_seats_epoch AFTER UPDATE ON directory_person FOR EACH ROW
    WHEN ((OLD.department_id, OLD.deleted_at) IS DISTINCT FROM (NEW.department_id, NEW.deleted_at))
    EXECUTE FUNCTION directory_person_seats();
SELECT directory_epoch_bump('seats');
"""

SEATS_REVERSE = """
DROP TRIGGER person_seats_epoch ON directory_person;
DROP FUNCTION directory_person_seats();
DROP TRIGGER role_seats_epoch ON directory_role;
DROP TRIGGER deputy_seats_epoch ON directory_deputy;
DROP TRIGGER assignment_seats_epoch ON directory_roleassignment;
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_epochs_never_repeat")]

    operations = [migrations.RunSQL(SEATS, SEATS_REVERSE)]
