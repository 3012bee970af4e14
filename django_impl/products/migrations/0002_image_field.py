from django.db import migrations

import django_impl.common.database.fields


class Migration(migrations.Migration):
    """Changes the state of the model only. The column is the same."""

    dependencies = [("products", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="product",
            name="image",
            field=django_impl.common.database.fields.NullableImageField(
                blank=True, max_length=255, null=True, upload_to="products"
            ),
        ),
    ]
