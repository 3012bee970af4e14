from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("users", "0002_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="Throttle",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("count", models.IntegerField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "db_table": "throttles",
                "indexes": [models.Index(fields=["expires_at"], name="throttles_expires_at_idx")],
            },
        ),
        migrations.RunSQL("ALTER TABLE throttles SET UNLOGGED", "ALTER TABLE throttles SET LOGGED"),
    ]
