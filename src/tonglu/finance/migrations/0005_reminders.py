"""Keep when a customer was reminded of an invoice, how firmly, and what they promised."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("finance", "0004_latest_first")]

    operations = [
        migrations.AddField(
            model_name="invoice",
            name="promise_note",
            field=models.CharField(
                blank=True, editable=False, max_length=200, verbose_name="Note on the promise"
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="promised_on",
            field=models.DateField(
                blank=True, editable=False, null=True, verbose_name="Payment promised by"
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="reminded_on",
            field=models.DateField(
                blank=True, editable=False, null=True, verbose_name="Reminded on"
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="reminder_level",
            field=models.CharField(
                blank=True,
                choices=[
                    ("friendly", "Friendly reminder"),
                    ("second", "Second reminder"),
                    ("final", "Final reminder"),
                ],
                editable=False,
                max_length=10,
                verbose_name="Last reminder",
            ),
        ),
    ]
