from django.db import migrations, models


class Migration(migrations.Migration):
    # Changes no table: Django records the choices of a column in its migrations.

    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="type",
            field=models.CharField(
                choices=[
                    ("product.created", "Product Created"),
                    ("product.updated", "Product Updated"),
                    ("stock.low", "Stock Low"),
                    ("order.created", "Order Created"),
                    ("order.status", "Order Status"),
                    ("report.requested", "Report Requested"),
                ],
                max_length=40,
            ),
        ),
    ]
