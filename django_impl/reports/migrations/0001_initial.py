from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Not needed by Django: `adopt` compares with the history of Alembic, in which the outbox comes before.
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DailyReport",
            fields=[
                ("date", models.DateField(primary_key=True, serialize=False)),
                ("new_product_count", models.IntegerField()),
                ("low_stock_count", models.IntegerField()),
                ("new_products", models.JSONField()),
                ("low_stock", models.JSONField()),
                ("created_at", models.DateTimeField(editable=False)),
            ],
            options={"db_table": "daily_reports"},
        ),
    ]
