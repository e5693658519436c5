from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables were made by the app `sources`."""

    initial = True

    dependencies = [
        ("sources", "0008_shared_models_move_to_core"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="BaseVersion",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("steps", models.PositiveBigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="LoadedRow",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("model", models.CharField(max_length=60)),
                        ("key", models.CharField(max_length=400)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("model", "key"), name="loaded_row_unique")
                        ],
                    },
                ),
            ],
        ),
    ]
