from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supply", "0004_rest_called_off")]

    operations = [
        ValidateConstraint(model_name="purchaseline", name="supply_purchase_line_called_off")
    ]
