"""Entry criteria become one condition; what was a list of conditions must all be true."""

from django.db import migrations, models


def forward(apps, _schema_editor):
    for stage in apps.get_model("sales", "Stage").objects.all():
        if isinstance(stage.criteria, list):
            parts = [one["condition"] for one in stage.criteria if "condition" in one]
            stage.criteria = {"all": parts} if parts else {}
            stage.save(update_fields=["criteria"])


class Migration(migrations.Migration):

    dependencies = [
        ('sales', '0006_trail_undone'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stage',
            name='criteria',
            field=models.JSONField(blank=True, default=dict, help_text='What must be true of the deal; each line that is not is listed beside the stage.', verbose_name='Entry criteria'),
        ),
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
