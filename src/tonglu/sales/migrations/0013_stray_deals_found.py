"""Find the deals that are not with whoever has their account; people go on working meanwhile."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sales", "0012_stray_deals")]

    operations = [migrations.RunSQL("SELECT sales_strays_rebuild()", migrations.RunSQL.noop)]
