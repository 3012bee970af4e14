from django.db import migrations, models


class Migration(migrations.Migration):
    # Django does not need that of the reports: `adopt` compares with the history of Alembic, in which they come before.
    dependencies = [("notifications", "0002_report_requested"), ("reports", "0001_initial")]
    operations = [
        migrations.AddField("event", "traceparent", models.CharField(db_default="", max_length=55)),
        migrations.AddIndex(
            "event",
            models.Index(
                condition=models.Q(("failed_at__isnull", False)), fields=["failed_at"], name="outbox_failed_at_idx"
            ),
        ),
    ]
