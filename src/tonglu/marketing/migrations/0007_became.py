"""The timeline of a deal asks for the lead it came from."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("marketing", "0006_latest_first")]

    operations = [
        AddIndexConcurrently(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("converted_opportunity_id__isnull", False)),
                fields=["converted_opportunity_id"],
                name="marketing_lead_became",
            ),
        ),
    ]
