"""Windows that were worked out: kept once each, and never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
CREATE TRIGGER pay_append_only BEFORE UPDATE OR DELETE ON compensation_paywindow
    FOR EACH ROW EXECUTE FUNCTION pay_refuse();
"""
UNDO = "DROP TRIGGER pay_append_only ON compensation_paywindow;"


class Migration(migrations.Migration):

    dependencies = [
        ('compensation', '0009_cancelled_pay'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PayWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='Version')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='Created')),
                ('updated_at', models.DateTimeField(auto_now=True, db_index=True, verbose_name='Updated')),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='Deleted')),
                ('external_id', models.CharField(blank=True, max_length=200, null=True, unique=True, verbose_name='External id')),
                ('custom', models.JSONField(blank=True, default=dict, editable=False, verbose_name='Custom fields')),
                ('component', models.CharField(max_length=60, verbose_name='Component')),
                ('window', models.CharField(max_length=20, verbose_name='Window')),
                ('first_day', models.DateField(verbose_name='From')),
                ('last_day', models.DateField(verbose_name='Until')),
                ('number', models.PositiveIntegerField(verbose_name='Number')),
                ('seen', models.JSONField(default=dict, verbose_name='Worked out from')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Created by')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compensation.payperiod', verbose_name='Period')),
                ('plan_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compensation.planversion', verbose_name='Plan version')),
            ],
            options={
                'verbose_name': 'pay window',
                'verbose_name_plural': 'pay windows',
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('plan_version', 'component', 'window', 'number'), name='pay_window_once')],
            },
        ),
        migrations.RunSQL(KEEP, UNDO),
    ]
