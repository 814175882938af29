"""Fill the running totals from the deals there are; people go on working meanwhile."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sales", "0009_deal_totals")]

    operations = [migrations.RunSQL("SELECT sales_totals_rebuild()", migrations.RunSQL.noop)]
