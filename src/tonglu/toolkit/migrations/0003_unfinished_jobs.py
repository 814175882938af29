"""Indexes over the jobs that are not over and the mail not sent, so that they are found among a million that are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("toolkit", "0002_search"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS toolkit_jobs_unfinished ON procrastinate_jobs (status, id)"
            " WHERE status IN ('todo', 'doing', 'failed')",
            "DROP INDEX IF EXISTS toolkit_jobs_unfinished",
        ),
        migrations.AddIndex(
            "outgoingmail",
            models.Index(
                fields=["id"], name="toolkit_mail_unsent", condition=models.Q(sent_at__isnull=True)
            ),
        ),
    ]
