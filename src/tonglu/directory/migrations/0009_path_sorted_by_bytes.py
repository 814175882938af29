"""The order of departments no longer depends on how the database sorts texts: the tree stays a tree."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0008_department_calendar")]

    brief = "a company has hundreds of departments at most"

    operations = [
        migrations.AlterField(
            model_name="department",
            name="path",
            field=models.CharField(
                verbose_name="Path",
                max_length=500,
                default="",
                editable=False,
                db_index=True,
                db_collation="C",
            ),
        ),
    ]
