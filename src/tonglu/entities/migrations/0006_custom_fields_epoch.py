"""Say by the database itself that custom fields changed, whoever wrote them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

WATCHED = """
CREATE TRIGGER custom_field_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON entities_customfield
    FOR EACH STATEMENT EXECUTE FUNCTION directory_epoch_trigger('custom_fields');
"""
UNWATCHED = "DROP TRIGGER custom_field_epoch ON entities_customfield"


class Migration(migrations.Migration):
    """The trigger that departments and calendars have too."""

    dependencies: ClassVar = [
        ("directory", "0006_seats_epoch"),
        ("entities", "0005_what_a_portion_gave"),
    ]
    operations: ClassVar = [migrations.RunSQL(WATCHED, UNWATCHED)]
