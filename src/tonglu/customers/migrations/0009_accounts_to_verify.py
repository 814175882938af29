from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Whoever verifies accounts meets the provisional ones first; there are few of them among many."""

    atomic = False

    dependencies = [
        ("customers", "0008_ids_in_the_index"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="account",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("state", "provisional")),
                fields=["created_at", "id"],
                name="customers_account_to_verify",
            ),
        ),
    ]
