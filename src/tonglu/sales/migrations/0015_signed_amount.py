"""Keep what the contracts of a won deal add up to."""

from django.db import migrations

import tonglu.toolkit.money


class Migration(migrations.Migration):
    dependencies = [("sales", "0014_strays_of_many")]

    operations = [
        migrations.AddField(
            model_name="opportunity",
            name="signed_amount",
            field=tonglu.toolkit.money.MoneyField(
                blank=True,
                decimal_places=2,
                editable=False,
                max_digits=18,
                null=True,
                verbose_name="Signed amount",
            ),
        ),
    ]
