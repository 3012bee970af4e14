import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.uuid
from django.db import migrations, models

import django_impl.common.database.functions


class Migration(migrations.Migration):
    initial = True

    # Not needed by Django: `adopt` compares with the history of Alembic, in which the throttles come before.
    dependencies = [("orders", "0001_initial"), ("users", "0003_throttles")]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.db.models.functions.uuid.UUID7(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "transaction_id",
                    models.BigIntegerField(
                        db_default=django.db.models.functions.comparison.Cast(
                            django_impl.common.database.functions.TransactionID(), models.BigIntegerField()
                        ),
                        editable=False,
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("product.created", "Product Created"),
                            ("product.updated", "Product Updated"),
                            ("stock.low", "Stock Low"),
                            ("order.created", "Order Created"),
                            ("order.status", "Order Status"),
                        ],
                        max_length=40,
                    ),
                ),
                ("data", models.JSONField()),
                ("customer_id", models.UUIDField(null=True)),
                ("is_public", models.BooleanField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("error", models.TextField(default="")),
            ],
            options={
                "db_table": "outbox",
                "indexes": [
                    models.Index(fields=["transaction_id", "id"], name="outbox_transaction_id_id_idx"),
                    models.Index(fields=["created_at"], name="outbox_created_at_idx"),
                    models.Index(
                        condition=models.Q(("next_attempt_at__isnull", False)),
                        fields=["next_attempt_at"],
                        name="outbox_next_attempt_at_idx",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NOTIFY outbox; RETURN NULL; END $$",
            "DROP FUNCTION notify_outbox()",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox()",
            "DROP TRIGGER outbox_notify ON outbox",
        ),
    ]
